//! The parts that were not counted exactly, by place and reason.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::vec::Vec;

use deep_size_core::Reason;

use crate::tree::stats::PathId;

/// The parts at one place for one reason.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) place: PathId,
    pub(crate) reason: Reason,
    pub(crate) count: usize,
    /// The most bytes that they may lack together, if known.
    pub(crate) missing: Option<usize>,
}

/// Parts in the order of the walk.
#[derive(Debug, Default)]
pub(crate) struct InexactParts {
    parts: Vec<Parts>,
    positions: HashMap<(PathId, Reason), usize>,
}

impl InexactParts {
    #[cold]
    pub(crate) fn add(&mut self, place: PathId, reason: Reason, missing: Option<usize>) {
        let is_same = |parts: &Parts| (parts.place, parts.reason) == (place, reason);
        let at = match self.parts.last() {
            Some(last) if is_same(last) => self.parts.len() - 1,
            _ => match self.positions.entry((place, reason)) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.parts.push(Parts { place, reason, count: 0, missing: Some(0) });
                    *new.insert(self.parts.len() - 1)
                }
            },
        };
        let parts = &mut self.parts[at];
        parts.count += 1;
        parts.missing = parts.missing.zip(missing).map(|(sum, one)| sum.saturating_add(one));
    }

    pub(crate) fn into_parts(self) -> Vec<Parts> {
        self.parts
    }
}
