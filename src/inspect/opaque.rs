//! The opaque parts, by place and reason.

use std::collections::HashMap;
use std::vec::Vec;

use deep_size_core::Reason;

use crate::tree::stats::PathId;

#[derive(Debug, Default)]
pub(crate) struct OpaqueParts {
    /// In the order of the walk.
    parts: Vec<(PathId, Reason, usize)>,
    positions: HashMap<(PathId, Reason), usize>,
    last: usize,
}

impl OpaqueParts {
    #[cold]
    pub(crate) fn add(&mut self, place: PathId, reason: Reason) {
        let is_last =
            matches!(self.parts.get(self.last), Some(&(last, why, _)) if (last, why) == (place, reason));
        if !is_last {
            self.last = *self.positions.entry((place, reason)).or_insert_with(|| {
                self.parts.push((place, reason, 0));
                self.parts.len() - 1
            });
        }
        self.parts[self.last].2 += 1;
    }

    pub(crate) fn into_parts(self) -> Vec<(PathId, Reason, usize)> {
        self.parts
    }
}
