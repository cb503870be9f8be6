//! `compact_str` 0.10: exact.
//!
//! Up to 24 bytes (three words) lie in the string, static texts nowhere; for others the capacity in bytes. On 32-bit targets
//! strings of 16 MiB and more also keep the capacity before the text.
//!
//! Source: `repr/heap.rs` and `repr/capacity.rs` of `compact_str` 0.10.0.

use compact_str::CompactString;

use crate::DeepSize;

/// The largest capacity that finds room beside the length.
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

/// The text in the block.
#[inline]
fn bytes(text: &CompactString) -> &[u8] {
    if text.is_heap_allocated() { text.as_bytes() } else { &[] }
}

impl DeepSize for CompactString {
    owned_text! { buffer: |text| size(text), bytes(text) }
}
