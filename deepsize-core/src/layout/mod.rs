//! Pure arithmetic on the layouts that the standard library requests from the allocator.
//!
//! The only folder that knows the standard library's internals. Each formula names its source, as of Rust 1.95; the oracle
//! tests hold them against a counting allocator, so that a toolchain that changes one is noticed.

#[cfg(feature = "alloc")]
use core::alloc::Layout;

/// The layout of the block behind an `Rc` or `Arc`, and where in it the value begins: after two counters.
///
/// Source: `RcInner` in `alloc/src/rc.rs` and `ArcInner` in `alloc/src/sync.rs`, both `repr(C)`.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_block(value: Layout) -> (Layout, usize) {
    match Layout::new::<[usize; 2]>().extend(value) {
        Ok((block, offset)) => (block.pad_to_align(), offset),
        // No value that exists is that large.
        Err(_) => (value, 0),
    }
}

/// The size of that block alone, which is less to compute.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_size<T: ?Sized>(value: &T) -> usize {
    let align = align_of_val(value);
    let end = counted_offset(align) + size_of_val(value);
    let mask = align.max(align_of::<usize>()) - 1;
    (end + mask) & !mask
}

/// Where in that block a value of this alignment begins.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_offset(align: usize) -> usize {
    // Both are powers of two, so the greater is a multiple of the other.
    align.max(size_of::<[usize; 2]>())
}

/// The layout of the block of a `CString`-like or `Vec`-like buffer; none if there is no block.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn buffer<T>(capacity: usize) -> Option<Layout> {
    // `array` fails for no vector that exists.
    Layout::array::<T>(capacity).ok().filter(|layout| layout.size() > 0)
}

/// The layout of the smallest hash table with room for `len` entries; none for 0.
#[cfg(any(feature = "serde_json", feature = "toml"))]
pub(crate) fn least_table<T>(len: usize) -> Option<Layout> {
    hash_table::Table::shrunk::<T>(len).and_then(hash_table::Table::layout::<T>)
}

/// The node of a `LinkedList`.
///
/// Source: `Node` in `alloc/src/collections/linked_list.rs`.
#[cfg(feature = "alloc")]
pub(crate) fn list_node<T>() -> (Layout, usize) {
    struct Node<T> {
        _next: Option<core::ptr::NonNull<()>>,
        _prev: Option<core::ptr::NonNull<()>>,
        _element: T,
    }
    (Layout::new::<Node<T>>(), core::mem::offset_of!(Node<T>, _element))
}

/// The box behind a custom `io::Error`: its kind, and the box of the error it was made from.
///
/// Source: `Custom` in `std/src/io/error.rs`.
#[cfg(feature = "std")]
pub(crate) fn io_error_custom() -> Layout {
    // Aligned so that the pointer's low bits are free for a tag.
    #[repr(align(4))]
    struct Custom {
        _kind: std::io::ErrorKind,
        _error: std::boxed::Box<dyn core::error::Error + Send + Sync>,
    }
    Layout::new::<Custom>()
}

#[cfg(feature = "alloc")]
pub(crate) use b_tree::{NODE_CAPACITY, Node, fold_tree, rebuilt_size};
#[cfg(hash_table)]
pub(crate) use hash_table::Table;
#[cfg(hash_map)]
pub(crate) use hash_table::{SAMPLE, Span};

#[cfg(feature = "alloc")]
mod b_tree;
#[cfg(hash_layout)]
#[cfg_attr(not(hash_map), allow(dead_code, reason = "other tables show less than those of hash maps"))]
mod hash_table;
