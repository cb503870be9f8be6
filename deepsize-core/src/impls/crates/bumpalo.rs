//! `bumpalo` 3: exact for a `Bump`. Its chunks are reported together, because only their number and total size are exposed.
//!
//! The arena owns its chunks. It does not drop the values in them, so it owns no memory outside its chunks. Its `Box`, `Vec` and
//! `String` take memory only from the arena. Memory that their elements own outside the arena is opaque, unless the elements
//! are flat.
//!
//! Source: `ChunkFooter` in `lib.rs` of `bumpalo` 3.20.

use bumpalo::Bump;
use bumpalo::boxed::Box;
use bumpalo::collections::{String, Vec};

use crate::{DeepSize, Reason, Walker};

/// The reason of an opaque part in a collection in an arena.
const ELSEWHERE: Reason = Reason::Other("owned by a value in an arena");

/// The metadata of a chunk. Source: `ChunkFooter`.
#[repr(align(16))]
struct Footer {
    _words: [usize; 6],
}

impl<const MIN_ALIGN: usize> DeepSize for Bump<MIN_ALIGN> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let size = self.allocated_bytes_including_metadata();
        let chunk_count = (size - self.allocated_bytes()) / size_of::<Footer>();
        walker.allocations(chunk_count, size, size.saturating_sub(self.chunk_capacity()));
    }
}

impl<T: DeepSize> DeepSize for Box<'_, T> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !T::is_flat() {
            walker.opaque(ELSEWHERE);
        }
    }
}

impl<T: DeepSize> DeepSize for Vec<'_, T> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !T::is_flat() && !self.is_empty() {
            walker.opaque(ELSEWHERE);
        }
    }
}

flat! {
    /// Takes memory only from the arena.
    String<'_>,
}
