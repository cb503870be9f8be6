//! The holders of shared blocks, as edges.

use core::ops::Range;
use std::iter;
use std::string::String;
use std::vec;
use std::vec::Vec;

use crate::inspect::Report;
use crate::ownership::{DropOutcome, Holder, Retainer, SharedAllocation};
use crate::tree::step::Step;
use crate::tree::{TreeNode, separate};

/// The relations of shared blocks to each other and to the tree.
#[derive(Debug)]
pub(super) struct Holders {
    /// For each block, the node of the tree where it is counted.
    pub(super) places: Vec<u32>,
    /// The handles on blocks, by block.
    pub(super) links: Vec<HandleLink>,
    /// For each block, whether handles outside the value hold its contents.
    pub(super) outside: Vec<bool>,
    /// For each block, the object that has its memory.
    pub(super) memory: Vec<Memory>,
}

/// Handles on a block.
#[derive(Debug)]
pub(super) struct HandleLink {
    pub(super) from: LinkSource,
    pub(super) to: u32,
    /// The path to the handles from their source.
    pub(super) label: String,
    pub(super) strong: bool,
    pub(super) weak: bool,
    /// Whether the block's contents are dropped, so that only weak handles keep it.
    pub(super) is_dead: bool,
}

impl HandleLink {
    /// Whether these handles keep the block alive.
    pub(super) fn keeps(&self) -> bool {
        self.strong || self.is_dead
    }
}

/// The place of handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkSource {
    /// In the value, at this node of the tree.
    Tree(u32),
    /// In this block.
    Block(u32),
}

/// The object that has the memory of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// The object of its contents.
    WithContents,
    /// A separate object, because weak handles keep the memory longer than the contents live.
    Separate {
        /// Whether there are weak handles outside the value.
        outside: bool,
    },
}

impl Holders {
    /// Takes time linear in the number of blocks, recorded handles and nodes of the tree.
    pub(super) fn of(report: &Report) -> Self {
        let blocks: Vec<SharedAllocation<'_>> = report.shared_allocations().collect();
        let places: Vec<u32> = blocks.iter().map(|block| counted_at(block)).collect();
        let mut links = links(report, &blocks, &places);
        let memory = memory(&blocks);
        let mut outside: Vec<bool> = blocks.iter().map(is_held_outside).collect();
        reach_borrowed(&blocks, &links, &mut outside);
        reach_all(&places, &mut links, &outside);
        Self { places, links, outside, memory }
    }
}

/// The node of the first handle that counts.
fn counted_at(block: &SharedAllocation<'_>) -> u32 {
    let strong = block.holders().find(|holder| holder.strong_count() > 0).map(|holder| holder.node());
    let further =
        || block.retainers().find(|retainer| retainer.strong_count() > 0).map(|retainer| retainer.node());
    let any = || block.holders().next().map(|holder| holder.node());
    strong.or_else(further).or_else(any).map_or(0, |node| node.id())
}

fn is_dead(block: &SharedAllocation<'_>) -> bool {
    block.strong_count() == Some(0) && block.inside_strong_count() == 0
}

/// Whether there are weak handles outside; see `ownership::retained`.
fn is_weakly_held(block: &SharedAllocation<'_>) -> bool {
    block.outside_weak_count().map_or(!is_dead(block), |handles| handles > 0)
}

fn is_held_outside(block: &SharedAllocation<'_>) -> bool {
    block.outside_strong_count() != Some(0) || (is_dead(block) && is_weakly_held(block))
}

fn links(report: &Report, blocks: &[SharedAllocation<'_>], places: &[u32]) -> Vec<HandleLink> {
    let in_contents = in_contents(report, places);
    let mut links = Vec::new();
    for (to, block) in (0..).zip(blocks) {
        let is_dead = is_dead(block);
        let mut add = |from, label, strong: usize, weak: usize| {
            let (strong, weak) = (strong > 0, weak > 0);
            if strong || weak {
                links.push(HandleLink { from, to, label, strong, weak, is_dead });
            }
        };
        for retainer in block.retainers() {
            let first = retainer.node();
            if let Some(holder) = retainer.block() {
                let at = holder.position();
                let label = way(first, places[at]);
                add(LinkSource::Block(at as u32), label, retainer.strong_count(), retainer.weak_count());
                continue;
            }
            // The value may hold it at several places. The report has only one of them, and the number of handles at
            // the others. It does not record whether these are in blocks.
            let all = (retainer.strong_count(), retainer.weak_count());
            let mut left = all;
            let is_first = |holder: &Holder<'_>| holder.node().id() == first.id();
            let (here, elsewhere): (Vec<_>, Vec<_>) = block.holders().partition(is_first);
            for holder in here.into_iter().chain(elsewhere) {
                let at = holder.node().id();
                if at == first.id() || !in_contents[at as usize] {
                    let here = (holder.strong_count().min(left.0), holder.weak_count().min(left.1));
                    left = (left.0 - here.0, left.1 - here.1);
                    add(LinkSource::Tree(at), HANDLE.into(), here.0, here.1);
                }
            }
            let unplaced = |left, all| if left == all { left } else { 0 };
            add(
                LinkSource::Tree(first.id()),
                HANDLE.into(),
                unplaced(left.0, all.0),
                unplaced(left.1, all.1),
            );
        }
    }
    links
}

/// The label of a handle that is a node itself.
const HANDLE: &str = "*";

/// For each node, whether it is in the contents of a listed block.
fn in_contents(report: &Report, places: &[u32]) -> Vec<bool> {
    let mut holds_contents = Vec::new();
    let mut inside: Vec<bool> = Vec::new();
    holds_contents.resize(report.nodes().count(), false);
    places.iter().for_each(|&place| holds_contents[place as usize] = true);
    for node in report.nodes() {
        let parent = node.parent().map(|parent| parent.id() as usize);
        inside.push(parent.is_some_and(|parent| inside[parent] || holds_contents[parent]));
    }
    inside
}

/// The path from the block counted at `place` if it is short, otherwise the last field.
fn way(node: TreeNode<'_>, place: u32) -> String {
    const FAR: usize = 6;
    const MOST_OF_NAME: usize = 1000;
    let ancestors = iter::successors(Some(node), TreeNode::parent).take(FAR + 1);
    let mut steps: Vec<_> = ancestors.take_while(|node| node.id() != place).collect();
    if steps.len() > FAR || steps.last().is_some_and(|first| first.parent().is_none()) {
        let field = steps.iter().position(|node| matches!(node.step(), Step::Field(_)));
        steps.truncate(field.map_or(1, |field| field + 1));
    }
    let mut way = String::new();
    for step in steps.iter().rev() {
        separate(&mut way, step.step());
        way.push_str(&step.name_end(MOST_OF_NAME));
    }
    if way.is_empty() { HANDLE.into() } else { way }
}

/// Decides which blocks need a separate object for their memory.
///
/// The dominator of a block's memory is the last block common to the contents and all weak handles. If it is the block
/// itself or its dominator, contents and memory share an object.
fn memory(blocks: &[SharedAllocation<'_>]) -> Vec<Memory> {
    let dominators: Vec<Option<u32>> =
        blocks.iter().map(|block| block.dominator().map(|dominator| dominator.position() as u32)).collect();
    let ranges = ranges(&dominators);
    let memory = |(block, dominator): (&SharedAllocation<'_>, &Option<u32>)| {
        let Some(dominator) = *dominator else { return Memory::WithContents };
        if is_dead(block) || block.weak_count() == Some(0) {
            return Memory::WithContents;
        }
        let outside = is_weakly_held(block);
        let leaves = |holder: Option<SharedAllocation<'_>>| {
            holder.is_none_or(|holder| !ranges[dominator as usize].contains(&ranges[holder.position()].start))
        };
        let is_longer = |retainer: Retainer<'_>| retainer.weak_count() > 0 && leaves(retainer.block());
        if outside || block.retainers().any(is_longer) {
            Memory::Separate { outside }
        } else {
            Memory::WithContents
        }
    };
    blocks.iter().zip(&dominators).map(memory).collect()
}

/// Numbers the blocks so that dominated blocks follow their dominator.
///
/// The range of a block starts with its number and contains the numbers of all blocks that it dominates.
fn ranges(dominators: &[Option<u32>]) -> Vec<Range<u32>> {
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); dominators.len()];
    let mut stack = Vec::new();
    for (block, dominator) in (0..).zip(dominators) {
        match dominator {
            Some(dominator) => children[*dominator as usize].push(block),
            None => stack.push((block, false)),
        }
    }
    let mut ranges = vec![0..0; dominators.len()];
    let mut next = 0;
    while let Some((block, is_done)) = stack.pop() {
        if is_done {
            ranges[block as usize].end = next;
            continue;
        }
        ranges[block as usize] = next..next;
        next += 1;
        stack.push((block, true));
        stack.extend(children[block as usize].iter().map(|&child| (child, false)));
    }
    ranges
}

/// Marks blocks that are held by handles in borrowed memory.
///
/// Borrowed memory belongs to an outside owner and is not a shared block, so its handles count as outside handles.
fn reach_borrowed(blocks: &[SharedAllocation<'_>], links: &[HandleLink], outside: &mut [bool]) {
    let targets = targets(blocks.len(), links);
    let mut reached = vec![false; blocks.len()];
    spread_outside(outside, &targets, &mut reached);
    for (at, block) in blocks.iter().enumerate() {
        let of_value =
            || block.retainers().any(|retainer| retainer.block().is_none() && retainer.strong_count() > 0);
        if !reached[at] && block.contents_outcome() == DropOutcome::External && of_value() {
            outside[at] = true;
            spread(at as u32, &targets, &mut reached);
        }
    }
}

/// Makes every block reachable, if necessary by an edge from the node that counts it.
fn reach_all(places: &[u32], links: &mut Vec<HandleLink>, outside: &[bool]) {
    let targets = targets(places.len(), links);
    let mut reached = vec![false; places.len()];
    let in_tree = links.iter().filter(|link| link.keeps() && matches!(link.from, LinkSource::Tree(_)));
    in_tree.for_each(|link| spread(link.to, &targets, &mut reached));
    spread_outside(outside, &targets, &mut reached);
    for (to, &place) in (0..).zip(places) {
        if !reached[to as usize] {
            let from = LinkSource::Tree(place);
            links.push(HandleLink {
                from,
                to,
                label: HANDLE.into(),
                strong: true,
                weak: false,
                is_dead: false,
            });
            spread(to, &targets, &mut reached);
        }
    }
}

/// For each block, the blocks that it keeps alive.
fn targets(blocks: usize, links: &[HandleLink]) -> Vec<Vec<u32>> {
    let mut targets = vec![Vec::new(); blocks];
    for link in links.iter().filter(|link| link.keeps()) {
        if let LinkSource::Block(from) = link.from {
            targets[from as usize].push(link.to);
        }
    }
    targets
}

/// Marks the blocks reachable from handles outside the value.
fn spread_outside(outside: &[bool], targets: &[Vec<u32>], reached: &mut [bool]) {
    let held = (0..).zip(outside).filter(|(_, is_held)| **is_held);
    held.for_each(|(block, _)| spread(block, targets, reached));
}

/// Marks a block and the blocks reachable from it.
fn spread(from: u32, targets: &[Vec<u32>], reached: &mut [bool]) {
    let mut stack = vec![from];
    while let Some(block) = stack.pop() {
        if !core::mem::replace(&mut reached[block as usize], true) {
            stack.extend(&targets[block as usize]);
        }
    }
}
