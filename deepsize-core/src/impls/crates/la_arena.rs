//! `la-arena` 0.3: a lower bound. An `Arena` is a vector that does not expose its capacity.

use la_arena::{Arena, ArenaMap, Idx, IdxRange, RawIdx};

use super::walk_vec_at_least;
use crate::{DeepSize, Reason, Walker};

flat! { Idx<T> where [T], IdxRange<T> where [T], RawIdx }

collection! {
    /// The elements. Spare capacity is not exposed.
    Arena<T> where [T] => |arena, walker| walk_vec_at_least(walker, arena.values()), arena.values()
}

/// The slots up to the last value. Further slots and spare capacity are not exposed.
impl<T, V: DeepSize> DeepSize for ArenaMap<Idx<T>, V> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let slots = self.iter().next_back().map_or(0, |(index, _)| index.into_raw().into_u32() as usize + 1);
        if let Some(first) = self.values().next() {
            walker.buffer(core::ptr::from_ref(first).cast::<Option<V>>(), slots, slots);
        }
        walker.lower_bound(Reason::Capacity, None);
        walker.elements(self.values());
    }
}
