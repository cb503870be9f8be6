use core::slice;

use crate::evident::Evident;
use crate::{DeepSize, Totals, Walker};

impl<T: DeepSize> DeepSize for [T] {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.tell_bytes(self);
        walker.slice(self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        T::sum_slice(self, walker)
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        before + T::__count_slice(self, walker)
    }

    #[inline]
    fn __evident_sum(&self, before: Evident) -> Option<Evident> {
        T::is_flat().then_some(before)
    }
}

// The iterators borrow their slice; those that hold a closure are left out.
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
