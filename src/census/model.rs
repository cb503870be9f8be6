//! The contents of a census: roots, groups of blocks, and the sums derived from them.

use core::ops::Range;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::vec;
use std::vec::Vec;

/// A root, without its size.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct MeasuredRoot {
    pub(super) name: String,
    /// The deep size when the root was last measured completely, and its age.
    pub(super) last: Option<(usize, Duration)>,
}

/// The blocks that the same roots reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Group {
    /// The indices of the roots, ascending.
    pub(super) roots: Vec<u32>,
    pub(super) deep_size: usize,
    pub(super) uncertainty: Uncertainty,
}

/// The parts that make a size uncertain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Uncertainty {
    pub(super) opaque_part_count: usize,
    pub(super) lower_bound_count: usize,
    pub(super) missing_size: Option<usize>,
    /// Why a part was not measured this time.
    pub(super) missed: Option<Cow<'static, str>>,
}

/// A root, or all roots below a part of a name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) parent: Option<u32>,
    pub(super) depth: usize,
    /// The roots in the subtree.
    pub(super) roots: Range<u32>,
    pub(super) is_root: bool,
    pub(super) deep_size: usize,
    pub(super) exclusive_size: usize,
    pub(super) proportional_size: usize,
    pub(super) uncertainty: Uncertainty,
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self { opaque_part_count: 0, lower_bound_count: 0, missing_size: Some(0), missed: None }
    }
}

impl Uncertainty {
    pub(super) fn add(&mut self, other: &Self) {
        self.opaque_part_count = self.opaque_part_count.saturating_add(other.opaque_part_count);
        self.lower_bound_count = self.lower_bound_count.saturating_add(other.lower_bound_count);
        let missing = self.missing_size.zip(other.missing_size);
        self.missing_size = missing.map(|(one, other)| one.saturating_add(other));
        // The smallest text, so that the order of the blocks does not matter.
        self.missed = match (self.missed.take(), &other.missed) {
            (Some(one), Some(other)) => Some(one.min(other.clone())),
            (one, other) => one.or_else(|| other.clone()),
        };
    }
}

impl Group {
    pub(super) fn new(roots: Vec<u32>) -> Self {
        Self { roots, ..Self::default() }
    }

    /// The share of each root in whole bytes. The first roots have one byte more if the bytes cannot be divided.
    fn shares(&self) -> impl Iterator<Item = (u32, usize)> {
        let count = self.roots.len();
        let (share, rest) = (self.deep_size / count.max(1), self.deep_size % count.max(1));
        self.roots.iter().enumerate().map(move |(at, &root)| (root, share + usize::from(at < rest)))
    }
}

impl Entry {
    fn new(name: &str, parent: Option<u32>, depth: usize, root: u32, is_root: bool) -> Self {
        Self {
            name: name.into(),
            parent,
            depth,
            roots: root..root,
            is_root,
            deep_size: 0,
            exclusive_size: 0,
            proportional_size: 0,
            uncertainty: Uncertainty::default(),
        }
    }
}

/// The most parts of a name in the tree. Further parts belong to the last one.
const MOST_PARTS: usize = 32;

/// The tree of names, in order, with the sums of the groups. `names` must be sorted by their parts.
pub(super) fn tree(names: &[&str], groups: &[Group]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut entry_of = Vec::new();
    let mut path: Vec<u32> = Vec::new();
    for (name, root) in names.iter().zip(0..) {
        let slashes = name.match_indices('/').map(|(at, _)| at).take(MOST_PARTS - 1);
        let ends: Vec<usize> = slashes.chain([name.len()]).collect();
        let ends_count = ends.len();
        let is_common = |&(&at, &end): &(&u32, &usize)| entries[at as usize].name == name[..end];
        let common = path.iter().zip(&ends).take_while(is_common).count();
        path.truncate(common);
        let next = names.get(root as usize + 1);
        let has_parts = ends_count < MOST_PARTS
            && next.is_some_and(|next| next.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')));
        // A root with roots below it is an item for all of them, then one for itself.
        let itself = has_parts.then_some(name.len());
        for (depth, end) in ends.into_iter().chain(itself).enumerate().skip(common) {
            let parent = path.last().copied();
            path.push(entries.len() as u32);
            let is_root = end == name.len() && depth == ends_count - 1 + usize::from(has_parts);
            entries.push(Entry::new(&name[..end], parent, depth, root, is_root));
        }
        path.iter().for_each(|&at| entries[at as usize].roots.end = root + 1);
        entry_of.push(path.last().copied().unwrap_or(0));
    }
    let mut counted_in = vec![usize::MAX; entries.len()];
    for (number, group) in groups.iter().enumerate() {
        let last = group.roots.last().copied().unwrap_or(0);
        for (root, share) in group.shares() {
            let mut at = entry_of.get(root as usize).copied();
            while let Some(entry) = at.and_then(|at| entries.get_mut(at as usize)) {
                entry.proportional_size = entry.proportional_size.saturating_add(share);
                let index = at.unwrap_or(0) as usize;
                if core::mem::replace(&mut counted_in[index], number) != number {
                    entry.deep_size = entry.deep_size.saturating_add(group.deep_size);
                    entry.uncertainty.add(&group.uncertainty);
                    if entry.roots.contains(&group.roots[0]) && entry.roots.contains(&last) {
                        entry.exclusive_size = entry.exclusive_size.saturating_add(group.deep_size);
                    }
                }
                at = entry.parent;
            }
        }
    }
    entries
}
