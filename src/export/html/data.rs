//! The data of the page's script: JSON, with the nodes as columns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::string::{String, ToString};
use std::vec::Vec;

use deep_size_format::Texts;
use deep_size_format::html::Json;

use crate::advice::{Advice, AdviceKind, Certainty};
use crate::inspect::units::Bytes;
use crate::inspect::{LargestValue, Report};
use crate::layouts::{LayoutPart, PartKind, TypeKind, TypeLayout, VariantLayout};
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::TreeNode;
use crate::tree::names::{clipped, end_of, short};

/// The most blocks listed for a cycle.
const MOST_HOPS: usize = 20;

/// Longer names are cut.
const LONGEST_NAME: usize = 2_000;

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut texts = Texts::default();
    let columns = Columns::of(report, &mut texts);
    let mut page = Page { types: texts, out };
    page.member("{", "deep")?;
    page.number(report.deep_size())?;
    page.nodes(report, &columns)?;
    page.rows("byType", report.types().iter(), |page, total| {
        page.type_name(&total.type_name)?;
        let waste = [total.padding, total.unused_by_variants, usize::from(total.is_estimate)];
        page.numbers(&[total.count, total.size, total.spare_size])?;
        page.numbers(&waste)
    })?;
    page.rows("layouts", report.layouts().iter(), Page::layout)?;
    page.rows("largest", report.largest_values().iter(), Page::largest)?;
    page.rows("shared", report.shared_allocations(), Page::shared)?;
    page.rows("cycles", report.cycles(), Page::cycle)?;
    page.rows("advice", report.advice(), Page::advice)?;
    page.rows("opaque", report.opaque_parts().iter(), |page, part| {
        page.inexact(&part.path, &part.type_name, part.count, part.reason.to_string())
    })?;
    page.rows("bounds", report.lower_bounds().iter(), |page, bound| {
        let more = match bound.missing_size {
            Some(most) => std::format!("at most {} more, ", Bytes(most)),
            None => String::new(),
        };
        page.inexact(&bound.path, &bound.type_name, bound.count, std::format!("{more}{}", bound.reason))
    })?;
    page.types()?;
    page.out.write_all(b"}")
}

/// One of the sums over the values at a node.
type Sum<'r> = fn(&TreeNode<'r>) -> usize;

/// Names and types of the nodes, as positions in the tables of names and types.
struct Columns<'r> {
    names: Texts<'r>,
    name: Vec<usize>,
    kind: Vec<usize>,
}

impl<'r> Columns<'r> {
    fn of(report: &'r Report, types: &mut Texts<'r>) -> Self {
        let mut names = Texts::default();
        let name = report.nodes().map(|node| names.position(cut(&node.name()).into_owned())).collect();
        let kind = report.nodes().map(|node| types.position(node.type_name())).collect();
        Self { names, name, kind }
    }
}

struct Page<'r, 'o, W> {
    types: Texts<'r>,
    out: &'o mut W,
}

impl<W: Write> Json for Page<'_, '_, W> {
    type Out = W;

    fn out(&mut self) -> &mut W {
        self.out
    }
}

impl<'r, W: Write> Page<'r, '_, W> {
    fn nodes(&mut self, report: &'r Report, columns: &Columns<'r>) -> io::Result<()> {
        let nodes = || report.nodes();
        self.member(",", "names")?;
        self.list(columns.names.texts.iter(), |page, name| page.text(name))?;
        self.member(",", "nodes")?;
        self.column("{", "name", columns.name.iter().map(|&name| name as u64))?;
        self.column(",", "type", columns.kind.iter().map(|&kind| kind as u64))?;
        self.member(",", "parent")?;
        self.list(nodes(), |page, node| page.node(node.parent()))?;
        self.member(",", "target")?;
        self.list(nodes(), |page, node| page.node(node.refers_to()))?;
        self.column(",", "flags", nodes().map(|node| flags(&node) as u64))?;
        let sums: [(&str, Sum<'r>); 9] = [
            ("count", TreeNode::count),
            ("deep", TreeNode::deep_size),
            ("own", TreeNode::own_size),
            ("spare", TreeNode::spare_size),
            ("shared", TreeNode::shared_size),
            ("allocations", TreeNode::allocation_count),
            ("padding", TreeNode::padding),
            ("unused", TreeNode::unused_by_variants),
            ("sample", |node| node.sample_size().unwrap_or(0)),
        ];
        for (name, sum) in sums {
            self.column(",", name, nodes().map(|node| sum(&node) as u64))?;
        }
        self.out.write_all(b"}")
    }

    fn layout(&mut self, layout: &'r TypeLayout) -> io::Result<()> {
        self.type_name(&layout.type_name)?;
        self.numbers(&[layout.size, layout.alignment, layout.count, usize::from(layout.is_estimate)])?;
        self.numbers(&[layout.padding_of_all(), layout.unused_by_variants()])?;
        let kind = match layout.kind {
            TypeKind::Struct => "struct",
            TypeKind::Union => "union",
            TypeKind::Enum => "enum",
        };
        write!(self.out, ",\"{kind}\",")?;
        // Other types have the parts of a single variant.
        let one = (layout.kind != TypeKind::Enum).then_some(None);
        self.list(one.into_iter().chain(layout.variants.iter().map(Some)), |page, variant| {
            page.variant(layout, variant)
        })
    }

    /// Writes the name and the count of a variant, then its parts: `null` if the variant was not seen.
    fn variant(&mut self, layout: &'r TypeLayout, variant: Option<&'r VariantLayout>) -> io::Result<()> {
        self.out.write_all(b"[")?;
        self.text(&cut(variant.map_or("", |variant| &variant.name)))?;
        self.numbers(&[variant.map_or(layout.count, |variant| variant.count)])?;
        self.out.write_all(b",")?;
        if variant.is_some_and(|variant| !variant.is_seen()) {
            return self.out.write_all(b"null]");
        }
        self.list(layout.parts(variant).into_iter(), |page, LayoutPart { offset, size, bytes }| {
            page.out.write_all(b"[")?;
            match bytes {
                PartKind::Field(_) => page.number(0)?,
                PartKind::Discriminant => page.number(1)?,
                PartKind::Hole | PartKind::Tail => page.number(2)?,
                PartKind::Unused => page.number(3)?,
            }
            page.numbers(&[size])?;
            page.out.write_all(b",")?;
            match offset {
                Some(offset) => page.number(offset)?,
                None => page.out.write_all(b"null")?,
            }
            if let PartKind::Field(field) = bytes {
                page.out.write_all(b",")?;
                page.text(&cut(&field.name))?;
                page.out.write_all(b",")?;
                page.type_name(&field.type_name)?;
            }
            page.out.write_all(b"]")
        })?;
        self.out.write_all(b"]")
    }

    fn largest(&mut self, value: &'r LargestValue) -> io::Result<()> {
        self.text(&end_of(&value.path, LONGEST_NAME))?;
        self.out.write_all(b",")?;
        self.type_name(&value.type_name)?;
        self.numbers(&[value.size])
    }

    fn shared(&mut self, block: SharedAllocation<'r>) -> io::Result<()> {
        self.type_name(block.type_name())?;
        self.numbers(&[block.retained_size(), block.own_size(), block.block_size()])?;
        self.numbers(&[block.inside_strong_count(), block.inside_weak_count()])?;
        for count in [block.outside_strong_count(), block.outside_weak_count()] {
            self.out.write_all(b",")?;
            match count {
                Some(count) => self.number(count)?,
                None => self.out.write_all(b"null")?,
            }
        }
        self.out.write_all(b",")?;
        self.text(block.outcome())?;
        self.out.write_all(b",")?;
        self.list(block.holders(), |page, holder| page.node(Some(holder.node())))?;
        self.numbers(&[block.unlisted_handle_count()])
    }

    fn cycle(&mut self, cycle: Cycle<'r>) -> io::Result<()> {
        self.number(cycle.size())?;
        self.numbers(&[cycle.block_count(), cycle.links().len()])?;
        self.out.write_all(b",")?;
        self.list(cycle.links().take(MOST_HOPS), |page, link| {
            page.out.write_all(b"[")?;
            page.type_name(link.block().type_name())?;
            page.out.write_all(b",")?;
            page.node(Some(link.node()))?;
            page.out.write_all(b"]")
        })
    }

    fn advice(&mut self, advice: Advice<'r>) -> io::Result<()> {
        let certainty = match advice.certainty() {
            Certainty::Exact => "",
            Certainty::AtLeast => "≥",
            Certainty::Estimate => "≈",
        };
        let what = match advice.kind() {
            AdviceKind::ShrinkToFit => "shrink to fit",
            AdviceKind::Rebuild => "rebuild",
            AdviceKind::BoxedSlice => "box slices",
            AdviceKind::Unbox => "unbox",
            AdviceKind::ShareEqual { .. } => "share equal texts",
            AdviceKind::BoxOption { .. } => "box options",
            AdviceKind::BoxVariants { .. } => "box variants",
            AdviceKind::ReorderFields { .. } => "reorder fields",
            AdviceKind::BreakCycle { .. } => "break a cycle",
        };
        let mut deed = String::from(advice.declaration()) + ": ";
        // Writing to a string cannot fail.
        let _: core::fmt::Result = advice.write_deed(&mut deed);
        self.node(Some(advice.node()))?;
        self.numbers(&[advice.saved_size(), advice.count()])?;
        for text in [certainty, what, &cut(&deed)] {
            self.out.write_all(b",")?;
            self.text(text)?;
        }
        Ok(())
    }

    fn inexact(&mut self, path: &str, type_name: &'r str, count: usize, note: String) -> io::Result<()> {
        self.text(&end_of(path, LONGEST_NAME))?;
        self.out.write_all(b",")?;
        self.type_name(type_name)?;
        self.numbers(&[count])?;
        self.out.write_all(b",")?;
        self.text(&cut(&note))
    }

    /// Writes all types used so far: full names, and short ones unless two would be equal.
    fn types(&mut self) -> io::Result<()> {
        let full = core::mem::take(&mut self.types.texts);
        let short: Vec<String> = full.iter().map(|name| short(name)).collect();
        let mut uses: HashMap<&str, usize> = HashMap::new();
        short.iter().for_each(|name| *uses.entry(name).or_default() += 1);
        self.member(",", "types")?;
        self.list(full.iter(), |page, name| page.text(&cut(name)))?;
        self.member(",", "shortTypes")?;
        self.list(full.iter().zip(&short), |page, (full, short)| {
            page.text(&cut(if uses.get(&**short) == Some(&1) { short } else { full }))
        })
    }

    fn type_name(&mut self, name: &'r str) -> io::Result<()> {
        let position = self.types.position(name);
        self.number(position)
    }

    /// Writes the position of a node, or -1.
    fn node(&mut self, node: Option<TreeNode<'_>>) -> io::Result<()> {
        match node {
            Some(node) => write!(self.out, "{}", node.id()),
            None => self.out.write_all(b"-1"),
        }
    }
}

/// Bit flags of a node: two bits for the separator before its name, then recursive, truncated, shared reference, names its type.
fn flags(node: &TreeNode<'_>) -> usize {
    let mut step = String::from("x");
    let _: core::fmt::Result = node.append_to(&mut step);
    let before = match step.len() - 1 - node.name().len() {
        0 => 0,
        _ if step.starts_with("x.") => 1,
        _ => 2,
    };
    let rest = [node.is_recursive(), node.is_truncated(), node.is_shared_reference(), node.names_type()];
    rest.iter().enumerate().fold(before, |flags, (at, &is_set)| flags | usize::from(is_set) << (at + 2))
}

fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_NAME { text.into() } else { clipped(text, LONGEST_NAME).into() }
}
