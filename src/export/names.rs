//! The names of nodes and types in exports.

use crate::inspect::Report;
use crate::tree::names::short as short_name;
use crate::tree::step::Step;
use crate::tree::{TreeNode, write_step};
use core::fmt::{self, Write as _};
use deep_size_format::shown;
use std::collections::HashMap;
use std::string::String;

/// The names of a report's types, short if that is unambiguous.
pub(crate) struct Names<'r> {
    /// The shown name of each type, by its full name. Cut only once, because many nodes may have a parent with a long name.
    shown: HashMap<&'r str, String>,
}

impl<'r> Names<'r> {
    /// Takes time and memory linear in the names of the report.
    pub(crate) fn new(report: &'r Report) -> Self {
        let mut names = Self { shown: HashMap::new() };
        let mut meant: HashMap<String, &'r str> = HashMap::new();
        let nodes = report.nodes().flat_map(|node| [node.type_name(), contents(node.type_name())]);
        let listed = report.shared_allocations().map(|block| block.type_name());
        for full in nodes.chain(listed) {
            if names.shown.contains_key(full) {
                continue;
            }
            let short = short_name(full);
            match meant.get(&short).copied() {
                None => {
                    names.shown.insert(full, shown(&short));
                    meant.insert(short, full);
                }
                Some(other) => {
                    names.shown.insert(other, shown(other));
                    names.shown.insert(full, shown(full));
                }
            }
        }
        names
    }

    /// The short name of a type, or the full one if another type has the same short name; escaped and cut by [`shown`].
    pub(crate) fn of_type(&self, full: &'r str) -> &str {
        self.shown.get(full).map_or(full, |short| short)
    }

    /// The name of a node: `Owner::field: Type`, or the type alone for the root; escaped and cut by [`shown`].
    ///
    /// The owner is the parent's type without wrappers and pointers, which share a node with their contents. Inside a variant it
    /// is `Enum::Variant`.
    pub(crate) fn of_node(&self, node: TreeNode<'r>) -> String {
        let mut name = String::new();
        let _ = self.write_node(node, &mut name);
        shown(&name)
    }

    fn write_node(&self, node: TreeNode<'r>, out: &mut String) -> fmt::Result {
        let type_name = self.of_type(node.type_name());
        let Some(around) = node.parent() else {
            return out.write_str(type_name);
        };
        let step = node.step();
        let owner = around.type_name();
        out.write_str(self.of_type(if step.is_transparent() { owner } else { contents(owner) }))?;
        if let Step::Variant(name) = around.step() {
            write!(out, "::{name}")?;
        }
        match step {
            Step::Variant(name) => write!(out, "::{name}")?,
            // A wrapper or pointer may hold several types.
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

/// The contents of wrappers and pointers of the standard library, by the full type name as of Rust 1.95.
fn contents(mut full: &str) -> &str {
    const WRAPPERS: [&str; 17] = [
        "alloc::boxed::Box",
        "alloc::rc::Rc",
        "alloc::sync::Arc",
        "core::cell::RefCell",
        "core::cell::lazy::LazyCell",
        "core::cell::once::OnceCell",
        "core::cmp::Reverse",
        "core::mem::manually_drop::ManuallyDrop",
        "core::num::saturating::Saturating",
        "core::num::wrapping::Wrapping",
        "core::option::Option",
        "core::panic::unwind_safe::AssertUnwindSafe",
        "core::pin::Pin",
        "std::sync::lazy_lock::LazyLock",
        "std::sync::once_lock::OnceLock",
        "std::sync::poison::mutex::Mutex",
        "std::sync::poison::rwlock::RwLock",
    ];
    while let Some((head, inner)) = full.split_once('<') {
        match inner.strip_suffix('>') {
            Some(inner) if WRAPPERS.binary_search(&head).is_ok() => full = inner,
            _ => break,
        }
    }
    full
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::rc::Rc;
    use std::sync::{Arc, Mutex, OnceLock, RwLock};
    use std::vec::Vec;

    use core::any::type_name;
    use core::cell::{OnceCell, RefCell};
    use core::pin::Pin;

    use super::*;

    #[test]
    fn wrappers_are_stripped_from_owners() {
        type Wrapped<T> = Option<Box<Rc<Arc<RefCell<OnceCell<Pin<Box<Mutex<RwLock<OnceLock<T>>>>>>>>>>>;
        assert_eq!(contents(type_name::<Wrapped<Vec<u8>>>()), type_name::<Vec<u8>>());
        for name in ["u8", "", "<", "core::option::Option<", "my::Option<u8>", type_name::<[Option<u8>; 2]>()]
        {
            assert_eq!(contents(name), name);
        }
    }
}
