//! The facts of a walk, as the rules read them.

use super::notes::Notes;
use crate::ownership::sharing::Sharing;
use crate::tree::paths::Paths;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;
use crate::tree::sums::Sums;

/// Below this number of small values, the saving is not worth a change.
pub(super) const MANY: usize = 64;

/// All facts from which advice follows.
pub(crate) struct Evidence<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) sums: &'a Sums,
    pub(crate) sharing: &'a Sharing,
    pub(crate) notes: &'a Notes,
    /// The tree node of each place.
    pub(crate) node_of: &'a [u32],
}

impl Evidence<'_> {
    /// The bytes that `shrink_to_fit` or a rebuild frees from the collections at this place.
    ///
    /// `None` unless each block here belongs to a collection that has reported its shrunk size. So a type that only has the
    /// name of a standard collection gets no advice.
    pub(super) fn surplus(&self, place: u32, stats: &PathStats) -> Option<usize> {
        let shrunk = self.notes.shrunk_at(place);
        (shrunk.times > 0 && shrunk.blocks == stats.blocks).then(|| stats.blocks.saturating_sub(shrunk.bytes))
    }

    /// Whether each value at this place has reported its shrunk size.
    pub(super) fn is_shrunk_size_of_all(&self, place: u32) -> bool {
        self.notes.shrunk_at(place).times == self.sums.count[place as usize]
    }

    /// Whether the elements at this place and the spare bytes fill a buffer of the standard library.
    pub(super) fn is_in_buffer(&self, elements: &PathStats, around: &PathStats) -> bool {
        let shrunk = self.notes.shrunk_at(elements.parent);
        shrunk.blocks == around.blocks
            && shrunk.bytes == elements.shallow
            && around.blocks == elements.shallow + around.spare
    }

    /// Whether the values here are pointers, each to one block of the size of its value.
    pub(super) fn are_boxes(&self, place: u32, stats: &PathStats, inner: &str) -> bool {
        let mut children = self.paths.children(place);
        let (Some(pointee), None) = (children.next(), children.next()) else { return false };
        let is_counted_here = !self.paths.places[pointee as usize].is_elsewhere(pointee);
        let pointee = &self.paths.places[pointee as usize];
        is_counted_here
            && pointee.step == Step::Pointee
            && pointee.type_name == inner
            && stats.shallow == stats.count * size_of::<usize>()
            && stats.allocations == stats.count
            && pointee.count == stats.count
            && pointee.shallow == stats.blocks
    }
}

/// Whether the values around these elements consist of nothing else, as an array or a slice does.
pub(super) fn is_slice(elements: &PathStats, around: &PathStats) -> bool {
    around.blocks == 0 && around.shallow == elements.shallow
}
