//! The values that own the most memory themselves.

use std::vec::Vec;

use super::frame::Frame;

/// A value deep inside many others is found by the first and the last steps on the way to it.
const MOST_STEPS: usize = 32;

/// The largest values met so far: a heap of a bounded size, with the smallest on top.
#[derive(Debug)]
pub(crate) struct Largest {
    most: usize,
    /// What a value must exceed to be kept.
    pub(crate) threshold: usize,
    /// Smallest last.
    found: Vec<Found>,
}

/// A large value.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) bytes: usize,
    /// From the root to the value: places, and positions there.
    pub(crate) steps: Vec<(u32, usize)>,
    /// Before which of them some were left out.
    pub(crate) gap: Option<usize>,
}

impl Largest {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, threshold: if most == 0 { usize::MAX } else { 0 }, found: Vec::new() }
    }

    /// Keeps a value that exceeds the threshold: the last of these frames, inside the others.
    #[cold]
    #[inline(never)]
    pub(crate) fn keep(&mut self, bytes: usize, frames: &[Frame]) {
        let dropped = if self.found.len() < self.most { None } else { self.found.pop() };
        let mut steps = dropped.map_or_else(Vec::new, |dropped| dropped.steps);
        steps.clear();
        let step = |frame: &Frame| (frame.step, frame.index);
        let mut gap = None;
        // The first frame is the one around the root.
        let frames = frames.get(1..).unwrap_or_default();
        if frames.len() > 2 * MOST_STEPS {
            steps.extend(frames[..MOST_STEPS].iter().map(step));
            gap = Some(steps.len());
            steps.extend(frames[frames.len() - MOST_STEPS..].iter().map(step));
        } else {
            steps.extend(frames.iter().map(step));
        }
        // Of values of one size the first come first.
        let position = self.found.partition_point(|found| found.bytes >= bytes);
        self.found.insert(position, Found { bytes, steps, gap });
        if self.found.len() == self.most {
            self.threshold = self.found.last().map_or(0, |found| found.bytes);
        }
    }

    /// What was found, largest first.
    pub(crate) fn into_sorted(self) -> Vec<Found> {
        self.found
    }
}
