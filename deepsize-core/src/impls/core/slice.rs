use core::slice;

use crate::container::Container;
use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for [T] {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        T::__sum_slice(self, before, walker)
    }
}

impl<T> Container for [T] {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.elements_with(self, walk);
    }
}

// The iterators borrow their slice. Iterators with a closure have no impl.
flat! {
    #[cfg(get_disjoint_mut)]
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    slice::GetDisjointMutError,
    slice::EscapeAscii<'_>,
    slice::Iter<'_, T> where [T],
    slice::IterMut<'_, T> where [T],
    slice::Chunks<'_, T> where [T],
    slice::ChunksMut<'_, T> where [T],
    slice::ChunksExact<'_, T> where [T],
    slice::ChunksExactMut<'_, T> where [T],
    slice::RChunks<'_, T> where [T],
    slice::RChunksMut<'_, T> where [T],
    slice::RChunksExact<'_, T> where [T],
    slice::RChunksExactMut<'_, T> where [T],
    slice::Windows<'_, T> where [T],
}
