//! The claims of a walk: each block, with the path of the value that reports it.

use std::fmt::Write as _;

use deep_size_core::observer::{Allocation, Handle, Node, Observer, Role, SharedEvent};
use deep_size_core::{DeepSize, Reason, Tally, observe};

use super::finding::{Claim, OpaqueClaim};
use crate::counters::untracked;
use crate::untracked::Untracked;

/// No block is below this address. An impl without an address may report a dangling one.
pub(super) const MIN_ADDRESS: usize = 4096;

/// No place.
const NONE: usize = usize::MAX;

/// The number of steps shown at either end of a path.
const SHOWN: usize = 24;

/// A block that a value reports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed {
    /// The place of the value.
    pub(super) owner: usize,
    /// An address in the block, if it is known.
    pub(super) address: Option<usize>,
    pub(super) size: usize,
    /// The number of blocks in this size.
    pub(super) block_count: usize,
    pub(super) kind: Ownership,
}

/// The relation of a value to a block that it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ownership {
    /// The value is the only owner.
    Alone,
    /// Other handles share the block. The address identifies it, and may be outside.
    Shared,
    /// The memory may be part of a block, or of none.
    Borrowed,
}

/// An opaque part or a lower bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The place of the value.
    pub(super) owner: usize,
    pub(super) reason: Reason,
    /// `None` for an opaque part, otherwise the limit of the missing bytes.
    pub(super) missing_size: Option<Option<usize>>,
}

/// A value that the walk has entered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) role: Role,
    pub(super) type_name: &'static str,
    variant: Option<&'static str>,
}

/// A value that has reported something, or a value on the path to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathNode {
    pub(super) value: Value,
    /// The place of the enclosing value, which has a smaller number. It does not exist for a root.
    pub(super) outer: usize,
    /// The next enclosing node that adds a step to the path.
    around: usize,
    /// The number of enclosing nodes that add a step.
    depth: usize,
    /// The last node shown at the beginning of a long path.
    head: usize,
}

/// Everything that a walk reports.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Most values report nothing, so only values on the path to a report have a place.
    pub(super) places: Vec<PathNode>,
    /// The values entered and not yet left. Their places are `NONE` until they are needed.
    open: Vec<(Value, usize)>,
    pub(super) claims: Vec<Claimed>,
    /// Sorted by `owner` once the walk has ended.
    pub(super) parts: Vec<Part>,
    /// Blocks of unknown size: the value, and an address if one is known.
    pub(super) uncounted: Vec<(usize, Option<usize>)>,
    pub(super) deep_size: usize,
    /// The number of places before each of several values.
    pub(super) starts: Vec<usize>,
    /// Whether the walk records blocks with one handle too, so that no block is counted again.
    records_unique: bool,
}

impl Walk {
    /// Walks over several values, and counts each shared block once. Impls allocate and free as the program.
    pub(super) fn of_all<'v, T: DeepSize + ?Sized + 'v>(
        values: impl Iterator<Item = &'v T>,
    ) -> Untracked<Self> {
        let mut walk = Untracked::new(|| Self { records_unique: true, ..Self::default() });
        let mut tally = Tally::new();
        for value in values {
            let start = walk.places.len();
            untracked(|| walk.starts.push(start));
            tally.add_observed(value, &mut *walk);
            // A value whose walk panicked was not left.
            walk.open.clear();
        }
        untracked(|| walk.sort_parts());
        walk.deep_size = tally.deep_size();
        walk
    }

    /// Walks over a value. Call it untracked, and drop the result untracked.
    pub(super) fn of(value: &(impl DeepSize + ?Sized)) -> Self {
        let mut walk = Self::default();
        walk.deep_size = observe(value, &mut walk);
        walk.open = Vec::new();
        walk.sort_parts();
        walk
    }

    // Not generic, so that the sort is compiled once.
    fn sort_parts(&mut self) {
        self.parts.sort_by_key(|part| part.owner);
    }

    /// The place of the value entered last.
    fn place_of_open_value(&mut self) -> usize {
        // The enclosing value usually has a place already.
        let kept = self.open.iter().rposition(|&(_, place)| place != NONE);
        let mut around = kept.map_or(NONE, |at| self.open[at].1);
        for (value, place) in &mut self.open[kept.map_or(0, |at| at + 1)..] {
            *place = self.places.len();
            // Skip values that add no step to the path.
            let named = match self.places.get(around) {
                Some(outer) if !outer.value.is_named() => outer.around,
                _ => around,
            };
            let (depth, head) = match self.places.get(named) {
                Some(outer) if outer.depth + 1 < SHOWN => (outer.depth + 1, *place),
                Some(outer) => (outer.depth + 1, outer.head),
                None => (0, *place),
            };
            let node = PathNode { value: *value, outer: around, around: named, depth, head };
            untracked(|| self.places.push(node));
            around = *place;
        }
        around
    }

    fn claim(&mut self, address: Option<usize>, size: usize, block_count: usize, kind: Ownership) {
        if size > 0 {
            let address = address.filter(|&address| address >= MIN_ADDRESS);
            let owner = self.place_of_open_value();
            untracked(|| self.claims.push(Claimed { owner, address, size, block_count, kind }));
        }
    }

    /// Whether the value has an opaque part, or the enclosing value has one, which may be this value.
    pub(super) fn is_opaque(&self, place: usize) -> bool {
        let has_part = |place| self.parts.binary_search_by_key(&place, |part| part.owner).is_ok();
        has_part(place) || self.places.get(place).is_some_and(|place| has_part(place.outer))
    }

    /// Whether the value has an opaque part or a lower bound whose missing bytes are in blocks that it reports.
    pub(super) fn is_in_known_block(&self, place: usize) -> bool {
        let begin = self.parts.partition_point(|part| part.owner < place);
        let parts = self.parts[begin..].iter().take_while(|part| part.owner == place);
        parts.into_iter().any(|part| part.reason.is_in_known_block())
    }

    pub(super) fn has_opaque(&self) -> bool {
        !self.parts.is_empty()
    }

    pub(super) fn opaque_claim(&self, part: &Part) -> OpaqueClaim {
        OpaqueClaim {
            path: self.path(part.owner),
            type_name: self.type_name(part.owner),
            reason: part.reason,
        }
    }

    pub(super) fn to_claim(&self, claimed: &Claimed) -> Claim {
        Claim {
            path: self.path(claimed.owner),
            type_name: self.type_name(claimed.owner),
            size: claimed.size,
            address: claimed.address,
            block_count: claimed.block_count,
        }
    }

    pub(super) fn type_name(&self, place: usize) -> &'static str {
        self.places.get(place).map_or("", |place| place.value.type_name)
    }

    /// The path from the root to a value, as in a report: `cache.entries[3].name`, `index.keys[0]`, `.` for the root.
    ///
    /// Pointees and wrapped values add no step. Takes constant time.
    pub(super) fn path(&self, place: usize) -> String {
        let chain = |from| {
            std::iter::successors(self.places.get(from), |place: &&PathNode| self.places.get(place.around))
        };
        let Some(last) = self.places.get(place) else { return ".".into() };
        let left_out = (last.depth + 1).saturating_sub(2 * SHOWN);
        let mut steps: Vec<&PathNode> = chain(place).take(last.depth.min(SHOWN - 1) + 1).collect();
        let tail = steps.len();
        if last.depth >= SHOWN {
            // If both ends meet, no step is shown twice.
            let between = last.depth + 1 - tail;
            let mut head: Vec<_> = chain(last.head).collect();
            let too_many = head.len().saturating_sub(between);
            head.drain(..too_many);
            steps.extend(head);
        }
        let mut path = String::new();
        for (at, step) in steps.iter().rev().enumerate() {
            if left_out > 0 && at + tail == steps.len() {
                path.push_str(".…");
            }
            step.value.append_to(&mut path);
        }
        if path.is_empty() { ".".into() } else { path }
    }
}

impl Value {
    fn is_named(&self) -> bool {
        let is_step = matches!(self.role, Role::Field(_) | Role::Element(_) | Role::Key(_) | Role::Value(_));
        is_step || self.variant.is_some()
    }

    fn append_to(&self, path: &mut String) {
        if matches!(self.role, Role::Field(_) | Role::Key(_) | Role::Value(_)) && !path.is_empty() {
            path.push('.');
        }
        // Writing to a string does not fail.
        let _ = match self.role {
            Role::Field(name) => write!(path, "{name}"),
            Role::Element(at) => write!(path, "[{at}]"),
            Role::Key(at) => write!(path, "keys[{at}]"),
            Role::Value(at) => write!(path, "values[{at}]"),
            _ => Ok(()),
        };
        if let Some(variant) = self.variant {
            let _ = write!(path, "::{variant}");
        }
    }
}

impl Observer for Walk {
    fn enter(&mut self, node: &Node) {
        let value = Value { role: node.role, type_name: node.type_name, variant: None };
        if self.open.len() == self.open.capacity() {
            untracked(|| self.open.reserve(1));
        }
        self.open.push((value, NONE));
    }

    fn exit(&mut self) {
        self.open.pop();
    }

    fn variant(&mut self, name: &'static str) {
        if let Some((value, place)) = self.open.last_mut() {
            value.variant = Some(name);
            if let Some(place) = self.places.get_mut(*place) {
                place.value.variant = Some(name);
            }
        }
    }

    fn allocation(&mut self, allocation: &Allocation) {
        if allocation.block_count == 0 {
            let owner = self.place_of_open_value();
            return untracked(|| self.uncounted.push((owner, allocation.address)));
        }
        self.claim(allocation.address, allocation.layout.size(), allocation.block_count, Ownership::Alone);
    }

    fn shared(&mut self, event: &SharedEvent) {
        // The plain walk does not record a block whose counts show one handle, so it counts the block again at the next handle.
        let is_unique = (event.block.strong_count, event.block.weak_count) == (Some(1), Some(0));
        let is_counted_again = event.handle == Handle::Strong && is_unique && !self.records_unique;
        if event.counted || is_counted_again {
            self.claim(Some(event.block.address), event.block.layout.size(), 1, Ownership::Shared);
        } else if let (Some(part), true) = (self.parts.last(), event.block.layout.size() > 0) {
            // A further handle whose size is a lower bound. The part was reported before.
            if self.open.last().is_some_and(|&(_, place)| place == part.owner) {
                let uncounted = (part.owner, Some(event.block.address));
                untracked(|| self.uncounted.push(uncounted));
            }
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        if counted {
            self.claim(memory.address, memory.layout.size(), 1, Ownership::Borrowed);
        }
    }

    fn opaque(&mut self, reason: Reason) {
        let owner = self.place_of_open_value();
        untracked(|| self.parts.push(Part { owner, reason, missing_size: None }));
    }

    fn lower_bound(&mut self, reason: Reason, missing_size: Option<usize>) {
        let owner = self.place_of_open_value();
        untracked(|| self.parts.push(Part { owner, reason, missing_size: Some(missing_size) }));
    }
}
