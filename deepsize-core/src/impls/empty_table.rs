//! The address of a table without entries, which no safe function exposes.
//!
//! Source: `RawTableInner` in `src/raw.rs` of `hashbrown` 0.17. Its four words are a pointer to the control bytes, a mask, the
//! number of entries, and the number of entries that still fit in. The mask is the number of buckets less 1, and there is a
//! control byte for each bucket. So the pointer plus the mask is an address in the table's block.
#![expect(unsafe_code, reason = "reads the words of a map, with its proof")]

use core::ptr::null;

use crate::impls::words::{unknown_word, words};

/// An address in the table of an empty map with this hasher, or null if it is unknown.
pub(super) fn address<M, S>(map: &M, hasher: &S, capacity: usize) -> *const () {
    // SAFETY: a map consists of a table with four words, an allocator and a hasher. All words are numbers, or a pointer that is
    // never null. None changes behind a shared reference.
    let words = unsafe { words(map, hasher, 4) };
    words.map_or(null(), |words| unknown_word(words, [capacity]))
}
