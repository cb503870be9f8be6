//! Converts a file to a report. Checks everything that the rest of this crate takes for granted.

use core::fmt::Display;
use std::collections::HashSet;
use std::string::String;
use std::vec;
use std::vec::Vec;

use deep_size_core::Reason;

use super::document::{
    Document, Opaque, SavedAdvice, SavedBlock, SavedBound, SavedCertainty, SavedCycle, SavedFate,
    SavedHolder, SavedIntegers, SavedKind, SavedNode, SavedRetainer, StepKind, Why,
};
use super::layouts::layouts;
use super::reasons::lasting;
use crate::advice::IntegerRange;
use crate::inspect::report::View;
use crate::inspect::{LargestValue, LowerBound, OpaquePart, Report, TypeTotal};
use crate::ownership::cycles::Leak;
use crate::ownership::graph::Handles;
use crate::ownership::sharing::{HeldAt, Link, Listed, Sharing};
use crate::tree::stats::NONE;
use crate::tree::step::{Name, Step};
use crate::tree::{NodeData, Tree};
use crate::{advice, ownership};

pub(super) type Result<T> = core::result::Result<T, String>;

impl TryFrom<Document> for Report {
    /// The first inconsistency.
    type Error = String;

    fn try_from(document: Document) -> Result<Self> {
        let Document { deep, nodes, .. } = document;
        let shares = [document.exclusive, document.external, document.cyclic];
        check(sum(shares)? == deep, || "`exclusive`, `external` and `cyclic` do not add up to `deep`")?;
        check(document.uncertain <= deep, || "`uncertain` exceeds `deep`")?;
        let Document { uncertain, exclusive, external, cyclic, .. } = document;
        let uncertain_external = document.uncertain_external.unwrap_or(uncertain.min(external));
        let others = uncertain.saturating_sub(uncertain_external);
        let uncertain_cyclic =
            document.uncertain_cyclic.unwrap_or(others.saturating_sub(exclusive).min(cyclic));
        check(
            uncertain_external <= uncertain.min(external),
            || "`uncertain_external` exceeds `uncertain` or `external`",
        )?;
        check(
            uncertain_cyclic <= others.min(cyclic) && others - uncertain_cyclic <= exclusive,
            || "`uncertain_cyclic` exceeds `cyclic`, or leaves more of `uncertain` than `exclusive`",
        )?;
        check(document.shared <= deep, || "`shared` exceeds `deep`")?;
        check([16, 32, 64].contains(&document.pointer_width), || "`pointer_width` is not 16, 32 or 64")?;
        let tree = tree(nodes, deep)?;
        let sharing = Sharing {
            exclusive,
            external,
            cyclic,
            uncertain,
            uncertain_external,
            uncertain_cyclic,
            hides_handles: document.hides_handles,
            ..sharing(document.shared_allocations, document.cycles, tree.nodes.len())?
        };
        let mut names = HashSet::new();
        let twice = document.types.iter().find(|total| !names.insert(&*total.name));
        check(twice.is_none(), || {
            std::format!("the type `{}` is listed twice", twice.map_or("", |total| &total.name))
        })?;
        for total in &document.types {
            check(is_within(total.padding, total.unused, total.bytes), || {
                std::format!("the `padding` and `unused` of the type `{}` exceed its `bytes`", total.name)
            })?;
        }
        let types = document.types.into_iter().map(|total| TypeTotal {
            type_name: total.name,
            count: total.count,
            size: total.bytes,
            spare_size: total.spare,
            padding: total.padding,
            unused_by_variants: total.unused,
            is_estimate: total.estimated,
            has_estimated_size: total.estimated_bytes,
        });
        let largest = document.largest.into_iter().map(|value| LargestValue {
            path: value.path,
            type_name: value.type_name,
            size: value.bytes,
        });
        let advice = document.advice.into_iter().map(|one| saving(one, tree.nodes.len()));
        Ok(Self {
            types: types.collect(),
            layouts: layouts(document.layouts)?,
            integers: document
                .integers
                .into_iter()
                .map(|range| integers(range, document.pointer_width))
                .collect::<Result<_>>()?,
            largest: largest.collect(),
            opaque: document.opaque.into_iter().map(opaque).collect(),
            lower_bounds: document.lower_bounds.into_iter().map(lower_bound).collect(),
            unfollowed: document.unfollowed_pointers,
            deep,
            shared: document.shared,
            sharing,
            advice: advice.collect::<Result<_>>()?,
            is_truncated: document.truncated,
            pointer_width: document.pointer_width,
            view: View::default(),
            tree,
        })
    }
}

pub(super) fn check<M: Display>(holds: bool, message: impl FnOnce() -> M) -> Result<()> {
    if holds { Ok(()) } else { Err(std::format!("{}", message())) }
}

pub(super) fn sum(parts: impl IntoIterator<Item = usize>) -> Result<usize> {
    parts.into_iter().try_fold(0_usize, usize::checked_add).ok_or_else(|| "a sum of numbers overflows".into())
}

fn is_within(padding: usize, unused: usize, whole: usize) -> bool {
    padding.checked_add(unused).is_some_and(|sum| sum <= whole)
}

fn tree(nodes: Vec<SavedNode>, deep: usize) -> Result<Tree> {
    check(nodes.len() < NONE as usize, || "there are too many nodes")?;
    let mut tree = Tree { nodes: Vec::with_capacity(nodes.len()) };
    for (at, node) in nodes.into_iter().enumerate() {
        let bad = |what: &str| std::format!("node {at}: {what}");
        let is_root = at == 0;
        let parent = match node.parent {
            None if is_root => NONE,
            Some(parent) if !is_root && (parent as usize) < at => parent,
            _ => return Err(bad("`parent` must be an earlier node, and be absent for the first node")),
        };
        check((node.step == StepKind::Root) == is_root, || {
            bad("the first node, and no other, must be the `root`")
        })?;
        check(node.spare <= node.own && node.shared <= node.own, || {
            bad("`spare` or `shared` exceeds `own`")
        })?;
        check(is_within(node.padding, node.unused, node.own), || bad("`padding` and `unused` exceed `own`"))?;
        tree.add(NodeData {
            step: step(node.step, node.name).ok_or_else(|| bad("missing `name`"))?,
            type_name: node.type_name,
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            elsewhere: node.refers_to.unwrap_or(NONE),
            is_recursive: node.recursive,
            count: node.count,
            shallow: node.shallow,
            deep: node.deep,
            own: node.own,
            spare: node.spare,
            shared: node.shared,
            allocations: node.allocations,
            padding: node.padding,
            unused: node.unused,
            sample_size: node.sample,
        });
    }
    let root = tree.nodes.first().ok_or("there are no nodes")?;
    // The two differ if a hand-written impl claims parts larger than the memory around them.
    check(root.shallow <= deep, || "the root's `shallow` exceeds `deep`")?;
    sum(tree.nodes.iter().map(|node| node.allocations))?;

    let mut inside: Vec<usize> = tree.nodes.iter().map(|node| node.own).collect();
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        check(inside[at] == node.deep, || {
            std::format!("node {at}: `deep` is not the sum of `own` and the `deep` of all children")
        })?;
        if let Some(around) = inside.get_mut(node.parent as usize) {
            *around = around.saturating_add(node.deep);
        }
        if node.elsewhere != NONE {
            let is_there =
                tree.nodes.get(node.elsewhere as usize).is_some_and(|other| other.elsewhere == NONE);
            check(is_there && node.deep == 0 && node.first_child == NONE, || {
                std::format!(
                    "node {at}: only an empty node without children can have `refers_to`, and its target must count values"
                )
            })?;
        }
    }
    Ok(tree)
}

fn step(kind: StepKind, name: Option<Name>) -> Option<Step<Name>> {
    Some(match kind {
        StepKind::Field => Step::Field(name?),
        StepKind::Variant => Step::Variant(name?),
        StepKind::Root => Step::Root,
        StepKind::Element => Step::Element,
        StepKind::Key => Step::Key,
        StepKind::Value => Step::Value,
        StepKind::Inner => Step::Inner,
        StepKind::Pointee => Step::Pointee,
        StepKind::Shared => Step::Shared,
        StepKind::Borrowed => Step::Borrowed,
        StepKind::Reference => Step::Reference,
        StepKind::Rest => Step::Rest,
    })
}

fn opaque(part: Opaque) -> OpaquePart {
    let Opaque { path, type_name, reason, count } = part;
    OpaquePart { path, type_name, reason: reason_of(reason), count }
}

fn lower_bound(bound: SavedBound) -> LowerBound {
    let SavedBound { path, type_name, reason, count, missing } = bound;
    LowerBound { path, type_name, reason: reason_of(reason), count, missing_size: missing }
}

fn integers(range: SavedIntegers, pointer_width: u32) -> Result<IntegerRange> {
    let SavedIntegers { path, type_name, smallest, largest, count, read } = range;
    IntegerRange::new(path, type_name, smallest..=largest, count, read, pointer_width)
        .ok_or_else(|| "no smaller type can hold one of the `integers`".into())
}

fn reason_of(why: Why) -> Reason {
    match why {
        Why::Locked => Reason::Locked,
        Why::Borrowed => Reason::Borrowed,
        Why::Cell => Reason::Cell,
        Why::Uninit => Reason::Uninit,
        Why::TypeErased => Reason::TypeErased,
        Why::Handle => Reason::Handle,
        Why::Hidden => Reason::Hidden,
        Why::Capacity => Reason::Capacity,
        Why::Slice => Reason::Slice,
        Why::Tombstones => Reason::Tombstones,
        Why::TooDeep => Reason::TooDeep,
        Why::Unrecorded => Reason::Unrecorded,
        Why::Stopped => Reason::Stopped,
        Why::Other(reason) => Reason::Other(lasting(&reason)),
    }
}

/// The graph of shared blocks, without the totals.
fn sharing(blocks: Vec<SavedBlock>, cycles: Vec<SavedCycle>, nodes: usize) -> Result<Sharing> {
    let many = blocks.len();
    check(many < NONE as usize, || "there are too many shared allocations")?;
    let is_node = |node: u32| check((node as usize) < nodes, || std::format!("there is no node {node}"));
    let is_block =
        |block: u32| check((block as usize) < many, || std::format!("there is no shared allocation {block}"));
    let mut sharing = Sharing::default();
    for block in blocks {
        sum([block.bytes, block.owned])?;
        sum([block.strong_inside, block.weak_inside, block.handles_elsewhere])?;
        block.dominator.map_or(Ok(()), is_block)?;
        let (first_holder, first_link) = (sharing.holders.len() as u32, sharing.links.len() as u32);
        for SavedHolder { node, strong, weak } in block.holders {
            is_node(node)?;
            sum([strong, weak])?;
            sharing.holders.push(HeldAt { node, handles: Handles { strong, weak } });
        }
        for SavedRetainer { block, node, strong, weak } in block.retainers {
            is_node(node)?;
            sum([strong, weak])?;
            block.map_or(Ok(()), is_block)?;
            let from = block.unwrap_or(NONE);
            sharing.links.push(Link { from, node, handles: Handles { strong, weak } });
        }
        check(
            sharing.holders.len() < NONE as usize && sharing.links.len() < NONE as usize,
            || "there are too many handles",
        )?;
        sharing.blocks.push(Listed {
            type_name: block.type_name,
            size: block.bytes,
            owned: block.owned,
            retained: block.retained,
            counts: Handles { strong: block.strong, weak: block.weak },
            seen: Handles { strong: block.strong_inside, weak: block.weak_inside },
            elsewhere: block.handles_elsewhere,
            dominator: block.dominator,
            contents: fate(block.contents_fate),
            memory: fate(block.block_fate),
            is_uncertain: block.uncertain,
            holders: first_holder..sharing.holders.len() as u32,
            links: first_link..sharing.links.len() as u32,
        });
    }
    dominators_end(&sharing.blocks)?;
    for cycle in cycles {
        cycle.hops.iter().try_for_each(|hop| is_node(hop.node).and_then(|()| is_block(hop.block)))?;
        sharing.leaks.push(Leak {
            links: cycle.hops.into_iter().map(|hop| (hop.block, hop.node)).collect(),
            blocks: cycle.blocks,
            bytes: cycle.bytes,
        });
    }
    Ok(sharing)
}

/// Checks that no chain of dominators is a cycle.
fn dominators_end(blocks: &[Listed]) -> Result<()> {
    // 0 for an unseen block, otherwise the number of the chain that reached it.
    let mut seen = vec![0_usize; blocks.len()];
    for start in 0..blocks.len() {
        let mut next = Some(start as u32);
        while let Some(at) = next.map(|at| at as usize).filter(|&at| seen[at] == 0) {
            seen[at] = start + 1;
            next = blocks[at].dominator;
            let is_back = next.is_some_and(|next| seen[next as usize] == start + 1);
            check(!is_back, || std::format!("shared allocation {at} dominates itself"))?;
        }
    }
    Ok(())
}

fn fate(fate: SavedFate) -> ownership::DropOutcome {
    match fate {
        SavedFate::Freed => ownership::DropOutcome::Freed,
        SavedFate::External => ownership::DropOutcome::External,
        SavedFate::Cyclic => ownership::DropOutcome::Cyclic,
    }
}

fn saving(one: SavedAdvice, nodes: usize) -> Result<advice::Saving> {
    check((one.node as usize) < nodes, || std::format!("there is no node {}", one.node))?;
    let kind = match one.kind {
        SavedKind::ShrinkToFit => advice::AdviceKind::ShrinkToFit,
        SavedKind::Rebuild => advice::AdviceKind::Rebuild,
        SavedKind::BoxedSlice => advice::AdviceKind::BoxedSlice,
        SavedKind::Unbox => advice::AdviceKind::Unbox,
        SavedKind::ShareEqual { distinct } => advice::AdviceKind::ShareEqual { distinct_count: distinct },
        SavedKind::BoxOption { none, size } => advice::AdviceKind::BoxOption { none_count: none, size },
        SavedKind::BoxVariants { variants, unseen, largest_unboxed, boxes, size, smaller } => {
            advice::AdviceKind::BoxVariants {
                variants,
                unseen,
                largest_unboxed,
                box_count: boxes,
                size,
                smaller_size: smaller,
            }
        }
        SavedKind::ReorderFields { order, size, smaller } => {
            advice::AdviceKind::ReorderFields { order, size, smaller_size: smaller }
        }
        SavedKind::BreakCycle { blocks } => advice::AdviceKind::BreakCycle { block_count: blocks },
    };
    let certainty = match one.certainty {
        SavedCertainty::Exact => advice::Certainty::Exact,
        SavedCertainty::AtLeast => advice::Certainty::AtLeast,
        SavedCertainty::Estimate => advice::Certainty::Estimate,
    };
    Ok(advice::Saving {
        declaration: one.declaration,
        type_name: one.type_name,
        node: one.node,
        kind,
        bytes: one.bytes,
        certainty,
        count: one.count,
        places: one.places,
    })
}
