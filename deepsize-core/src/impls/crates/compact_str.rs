//! `compact_str` 0.10: exact.
//!
//! Texts of up to 24 bytes (three words) are stored inline, and static texts take no memory. Other texts own a block of their
//! capacity in bytes. On 32-bit targets, the block of a string of 16 MiB or more also stores the capacity before the text.
//!
//! Source: `repr/heap.rs` and `repr/capacity.rs` of `compact_str` 0.10.0.

use compact_str::CompactString;

use crate::DeepSize;

/// Capacities below this are stored in the string, others in the block.
const LARGEST: usize = usize::MAX >> 8;

#[inline]
fn size(text: &CompactString) -> usize {
    if !text.is_heap_allocated() {
        return 0;
    }
    let capacity = text.capacity();
    if capacity < LARGEST {
        capacity
    } else {
        (size_of::<usize>() + capacity).next_multiple_of(align_of::<usize>())
    }
}

/// The text in the block, empty if the text is stored inline.
#[inline]
fn bytes(text: &CompactString) -> &[u8] {
    if text.is_heap_allocated() { text.as_bytes() } else { &[] }
}

impl DeepSize for CompactString {
    built_in! {}

    owned_text! { buffer: |text| size(text), bytes(text) }
}
