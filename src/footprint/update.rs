//! Updates a footprint, if it has changed.

use core::cmp::Reverse;
use std::string::String;
use std::vec;
use std::vec::Vec;

use crate::diff::{Change, ChangeKind, ReportTotals};
use crate::inspect::Report;
use crate::ownership::sharing::Sharing;
use crate::tree::stats::NONE;
use crate::tree::step::Step;
use crate::tree::{Tree, TreeNode};

/// The report without parts that differ from run to run, such as positions in hash maps, and without long lists. Padding is left out
/// too, because it depends on the order that the compiler chooses for fields.
pub(super) fn normalized(report: &Report) -> Report {
    let mut types = report.types.clone();
    types.iter_mut().for_each(|total| (total.padding, total.unused_by_variants) = (0, 0));
    types.sort_by(|one, other| {
        (Reverse(one.size), &one.type_name).cmp(&(Reverse(other.size), &other.type_name))
    });
    let mut opaque = report.opaque.clone();
    opaque.sort_by(|one, other| (&one.path, &one.type_name).cmp(&(&other.path, &other.type_name)));
    let mut lower_bounds = report.lower_bounds.clone();
    lower_bounds.sort_by(|one, other| (&one.path, &one.type_name).cmp(&(&other.path, &other.type_name)));
    Report {
        tree: ordered(&report.tree),
        types,
        opaque,
        integers: Vec::new(),
        lower_bounds,
        largest: Vec::new(),
        advice: Vec::new(),
        layouts: Vec::new(),
        sharing: Sharing {
            blocks: Vec::new(),
            holders: Vec::new(),
            links: Vec::new(),
            leaks: Vec::new(),
            ..report.sharing
        },
        ..*report
    }
}

/// The same tree in depth-first order: fields in the order of the walk, other children by name.
fn ordered(tree: &Tree) -> Tree {
    let mut new = Tree { nodes: Vec::with_capacity(tree.nodes.len()) };
    let mut ids = vec![NONE; tree.nodes.len()];
    let mut left = vec![(0, NONE)];
    while let Some((id, parent)) = left.pop() {
        let mut data = tree.nodes[id as usize].clone();
        (data.parent, data.first_child, data.last_child, data.next_sibling) = (parent, NONE, NONE, NONE);
        (data.padding, data.unused) = (0, 0);
        let new_id = new.add(data);
        ids[id as usize] = new_id;
        let mut children: Vec<TreeNode<'_>> = tree.node(id).children().collect();
        children.sort_by_cached_key(place_among_siblings);
        left.extend(children.iter().rev().map(|child| (child.id(), new_id)));
    }
    for node in new.nodes.iter_mut().filter(|node| node.elsewhere != NONE) {
        node.elsewhere = ids[node.elsewhere as usize];
    }
    new
}

fn place_among_siblings(node: &TreeNode<'_>) -> (u8, String, String) {
    let (kind, name) = match node.step() {
        Step::Root | Step::Field(_) => return (0, String::new(), String::new()),
        Step::Element => (1, ""),
        Step::Key => (2, ""),
        Step::Value => (3, ""),
        Step::Variant(name) => (4, &**name),
        Step::Inner | Step::Pointee | Step::Shared | Step::Borrowed => (5, ""),
        Step::Rest => (6, ""),
        Step::Reference => {
            let target = node.refers_to().map_or_else(String::new, |target| target.path());
            return (7, target, String::new());
        }
    };
    (kind, name.into(), node.type_name().into())
}

/// Whether only the first paths to shared blocks and estimated figures have changed, which can depend on the order of a hash map.
pub(super) fn are_same(earlier: &Report, later: &Report) -> bool {
    let diff = later.diff(earlier);
    let has_only_moved = |change: &Change<'_>| {
        let (before, after) = (change.before(), change.after());
        let shared = after.shared_size as i128 - before.shared_size as i128;
        let is_shared = shared != 0 || (before.own_size, after.own_size) == (0, 0);
        i128::from(change.own_size_change()) == shared && is_shared
    };
    let is_by_chance = |change: Change<'_>| {
        change.kind() != ChangeKind::Renamed
            && (change.has_estimated_size() || has_only_moved(&change))
            && change.earlier_type_name().is_none_or(|earlier| earlier == change.type_name())
    };
    let has_estimates = diff.paths().any(|change| change.has_estimated_size());
    // The number of values includes estimates.
    let totals = |totals: &ReportTotals| match has_estimates {
        true => ReportTotals { value_count: 0, ..*totals },
        false => *totals,
    };
    totals(diff.earlier()) == totals(diff.later())
        && (has_estimates || diff.types().is_empty())
        && diff.paths().all(is_by_chance)
}
