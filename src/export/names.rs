//! What nodes and types are called in exports.

use core::fmt::{self, Write as _};
use std::borrow::Cow;
use std::collections::HashMap;
use std::string::String;

use crate::Report;
use crate::inspect::{Step, TreeNode, short_name, write_step};

/// The names of a report's types, short where that is not ambiguous.
pub(crate) struct Names<'r> {
    short: HashMap<&'r str, Cow<'r, str>>,
}

impl<'r> Names<'r> {
    /// Takes time and memory linear in the names of the report.
    pub(crate) fn new(report: &'r Report) -> Self {
        let mut names = Self { short: HashMap::new() };
        let mut meant: HashMap<String, &'r str> = HashMap::new();
        let nodes = report.nodes().map(|node| node.type_name());
        let listed = report.shared_allocations().map(|block| block.type_name());
        for full in nodes.chain(listed) {
            if names.short.contains_key(full) {
                continue;
            }
            let short = short_name(full);
            match meant.get(&short).copied() {
                None => {
                    meant.insert(short.clone(), full);
                    names.short.insert(full, short.into());
                }
                Some(other) => {
                    names.short.insert(other, other.into());
                    names.short.insert(full, full.into());
                }
            }
        }
        names
    }

    /// The name of a type of this report: short, or in full if another would look the same.
    pub(crate) fn of_type(&self, full: &'r str) -> &str {
        self.short.get(full).map_or(full, |short| short)
    }

    /// Writes `Owner::field: Type`, for the root its type alone.
    ///
    /// The owner is the type of the node around, or `Enum::Variant` inside a variant.
    pub(crate) fn write_node(&self, node: TreeNode<'r>, out: &mut String) -> fmt::Result {
        let type_name = self.of_type(node.type_name());
        let Some(around) = node.parent() else {
            return out.write_str(type_name);
        };
        out.write_str(self.of_type(around.type_name()))?;
        if let Step::Variant(name) = around.step() {
            write!(out, "::{name}")?;
        }
        let step = node.step();
        match step {
            Step::Variant(name) => write!(out, "::{name}")?,
            // Several types share one wrapper or pointer.
            _ if step.is_transparent() => write!(out, "({type_name})")?,
            Step::Field(_) | Step::Key | Step::Value | Step::Rest => out.write_str("::")?,
            Step::Reference => out.write_char(' ')?,
            _ => {}
        }
        let is_named = step.is_transparent() || matches!(step, Step::Variant(_));
        if !is_named {
            write_step(out, step, "", None)?;
        }
        if node.is_recursive() {
            out.write_char('…')?;
        }
        if is_named { Ok(()) } else { write!(out, ": {type_name}") }
    }
}

/// Writes a text with its control characters, and others that break lines or are no part of XML, as in Rust's source.
pub(crate) fn write_visible(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    for character in text.chars() {
        match character {
            '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => {
                write!(out, "{}", character.escape_unicode())?
            }
            _ if character.is_control() => write!(out, "{}", character.escape_default())?,
            _ => out.write_char(character)?,
        }
    }
    Ok(())
}
