//! The values that directly own the largest blocks.

use std::vec::Vec;

use super::frame::Frame;

/// The path of a deeply nested value keeps this many first steps, and at most as many last ones.
pub(crate) const MOST_STEPS: usize = 32;

/// The largest values so far, at most `most` of them.
#[derive(Debug)]
pub(crate) struct Largest {
    most: usize,
    /// Only larger values are kept.
    pub(crate) threshold: usize,
    /// Sorted, smallest last.
    found: Vec<Found>,
}

#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) bytes: usize,
    /// From the root to the value: places, with positions in collections.
    pub(crate) steps: Vec<(u32, usize)>,
    /// The index in `steps` before which some steps were left out.
    pub(crate) gap: Option<usize>,
}

impl Largest {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, threshold: if most == 0 { usize::MAX } else { 0 }, found: Vec::new() }
    }

    /// Keeps a value larger than the threshold. The value is the last of `frames`.
    #[cold]
    #[inline(never)]
    pub(crate) fn keep(&mut self, bytes: usize, frames: &[Frame]) {
        let dropped = if self.found.len() < self.most { None } else { self.found.pop() };
        let mut steps = dropped.map_or_else(Vec::new, |dropped| dropped.steps);
        steps.clear();
        let step = |frame: &Frame| (frame.step, frame.index);
        let mut gap = None;
        // The first frame is outside the root.
        let frames = frames.get(1..).unwrap_or_default();
        let is_after_gap = |frame: &Frame| frame.merged > 0;
        let first_gap = frames.iter().take(2 * MOST_STEPS).position(is_after_gap);
        if first_gap.is_none() && frames.len() <= 2 * MOST_STEPS {
            steps.extend(frames.iter().map(step));
        } else {
            let (head, _) = frames.split_at(first_gap.unwrap_or(MOST_STEPS).min(MOST_STEPS));
            let (_, tail) = frames.split_at(frames.len().saturating_sub(MOST_STEPS));
            let (_, tail) = tail.split_at(tail.iter().rposition(is_after_gap).unwrap_or(0));
            steps.extend(head.iter().map(step));
            gap = Some(steps.len());
            steps.extend(tail.iter().map(step));
        }
        // Equal sizes stay in the order of the walk.
        let position = self.found.partition_point(|found| found.bytes >= bytes);
        self.found.insert(position, Found { bytes, steps, gap });
        if self.found.len() == self.most {
            self.threshold = self.found.last().map_or(0, |found| found.bytes);
        }
    }

    pub(crate) fn into_sorted(self) -> Vec<Found> {
        self.found
    }
}
