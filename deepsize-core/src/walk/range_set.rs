//! A set of addresses, stored as ranges: a list of sorted chunks, or a few ranges inline.

use alloc::vec::Vec;
use core::ops::Range;

use super::visited::NewRun;

/// The number of ranges stored inline.
const FEW: usize = 4;

/// The most ranges in a chunk. A full chunk is split.
const CHUNK: usize = 256;

/// The first address of a range and the address after its last.
type Bounds = (usize, usize);

/// A set that usually takes 16 to 34 bytes per range.
///
/// Invariant: the ranges are not empty, ascend, and neither overlap nor adjoin each other.
pub(crate) struct RangeSet {
    few: [Bounds; FEW],
    len: usize,
    /// All ranges, once there were more than `FEW`. No chunk is empty.
    chunks: Vec<Vec<Bounds>>,
}

/// The position of a range: its chunk, and its index in the chunk.
type Position = (usize, usize);

impl RangeSet {
    /// An empty set, without an allocation.
    pub(crate) const fn new() -> Self {
        Self { few: [(0, 0); FEW], len: 0, chunks: Vec::new() }
    }

    /// Inserts and returns the first run of addresses in `range` that are not in the set.
    ///
    /// The result is empty if the set contains the whole range, and `None` if there is no memory. Takes logarithmic time,
    /// plus the time to move a chunk.
    pub(crate) fn insert_first(&mut self, range: Range<usize>) -> Option<NewRun> {
        let at = self.last_up_to(range.start);
        let left = at.and_then(|at| self.get(at)).filter(|left| left.1 >= range.start);
        let start = left.map_or(range.start, |left| left.1);
        if start >= range.end {
            let extends = left.map(|left| left.0);
            return Some(NewRun { addresses: range.end..range.end, extends, joins: None });
        }
        let next = at.map_or((0, 0), |at| self.after(at));
        let right = self.get(next).filter(|right| right.0 <= range.end);
        let end = right.map_or(range.end, |right| right.0);
        match (left, right) {
            (Some(left), Some(right)) => {
                self.set(at?, (left.0, right.1));
                self.remove(next);
            }
            (Some(left), None) => self.set(at?, (left.0, end)),
            (None, Some(right)) => self.set(next, (start, right.1)),
            (None, None) => {
                self.insert_at(at.map_or((0, 0), |(chunk, index)| (chunk, index + 1)), (start, end))?
            }
        }
        let joins = left.and(right).map(|right| right.0);
        Some(NewRun { addresses: start..end, extends: left.or(right).map(|known| known.0), joins })
    }

    /// The ranges of a chunk.
    fn chunk(&self, chunk: usize) -> &[Bounds] {
        match self.chunks.get(chunk) {
            Some(ranges) => ranges,
            None if chunk == 0 => self.few.get(..self.len).unwrap_or_default(),
            None => &[],
        }
    }

    fn get(&self, (chunk, index): Position) -> Option<Bounds> {
        self.chunk(chunk).get(index).copied()
    }

    /// The last range that begins at or before this address.
    fn last_up_to(&self, address: usize) -> Option<Position> {
        let starts_before = |range: &Bounds| range.0 <= address;
        let chunks = self.chunks.partition_point(|chunk| chunk.first().is_some_and(starts_before));
        let chunk = chunks.saturating_sub(1);
        let index = self.chunk(chunk).partition_point(starts_before).checked_sub(1)?;
        Some((chunk, index))
    }

    /// The position of the next range.
    fn after(&self, (chunk, index): Position) -> Position {
        if index + 1 < self.chunk(chunk).len() { (chunk, index + 1) } else { (chunk + 1, 0) }
    }

    fn set(&mut self, (chunk, index): Position, range: Bounds) {
        let ranges = self.chunks.get_mut(chunk).map_or(&mut self.few[..], Vec::as_mut_slice);
        if let Some(known) = ranges.get_mut(index) {
            *known = range;
        }
    }

    fn remove(&mut self, (chunk, index): Position) {
        if let Some(ranges) = self.chunks.get_mut(chunk) {
            ranges.remove(index);
            if ranges.is_empty() {
                self.chunks.remove(chunk);
            }
        } else {
            self.few.copy_within(index + 1..self.len, index);
            self.len -= 1;
        }
    }

    /// Inserts a range before the range at `index` of `chunk`, or at the end of the chunk.
    fn insert_at(&mut self, (chunk, index): Position, range: Bounds) -> Option<()> {
        if self.chunks.is_empty() {
            if self.len < FEW {
                self.few.copy_within(index..self.len, index + 1);
                self.set((0, index), range);
                self.len += 1;
                return Some(());
            }
            self.spill()?;
        }
        let (chunk, index) = self.make_room((chunk, index))?;
        self.chunks.get_mut(chunk)?.insert(index, range);
        Some(())
    }

    /// Moves the inline ranges into the first chunk.
    #[cold]
    fn spill(&mut self) -> Option<()> {
        let mut first = Vec::new();
        self.chunks.try_reserve(1).ok()?;
        first.try_reserve(FEW + 1).ok()?;
        first.extend_from_slice(&self.few);
        self.chunks.push(first);
        self.len = 0;
        Some(())
    }

    /// Reserves memory for one more range at this position, and returns the position after a possible split.
    fn make_room(&mut self, (chunk, index): Position) -> Option<Position> {
        let is_last = chunk + 1 == self.chunks.len();
        let ranges = self.chunks.get_mut(chunk)?;
        if ranges.len() < CHUNK {
            ranges.try_reserve(1).ok()?;
            return Some((chunk, index));
        }
        // If the ranges come in ascending order, no range moves to the new chunk, so all earlier chunks stay full.
        let kept = if is_last && index == CHUNK { CHUNK } else { CHUNK / 2 };
        let mut upper = Vec::new();
        upper.try_reserve_exact(CHUNK).ok()?;
        self.chunks.try_reserve(1).ok()?;
        let ranges = self.chunks.get_mut(chunk)?;
        upper.extend(ranges.drain(kept..));
        // The new chunk is never empty: if no range moved to it, it receives the new range.
        let position = if index >= kept { (chunk + 1, index - kept) } else { (chunk, index) };
        self.chunks.insert(chunk + 1, upper);
        Some(position)
    }
}

#[cfg(test)]
mod tests;
