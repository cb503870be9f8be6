//! Pure arithmetic on the layouts that the standard library requests from the allocator.
//!
//! Only this folder depends on the standard library's internals. Each formula names its source, as of Rust 1.95. The oracle
//! tests compare the formulas with a counting allocator, so they detect a toolchain that changes a layout.

#[cfg(feature = "alloc")]
use core::alloc::Layout;

/// The layout of the block behind an `Rc` or `Arc`, and the offset of the value, which follows two counters.
///
/// Source: `RcInner` in `alloc/src/rc.rs` and `ArcInner` in `alloc/src/sync.rs`, both `repr(C)`.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_block(value: Layout) -> (Layout, usize) {
    match Layout::new::<[usize; 2]>().extend(value) {
        Ok((block, offset)) => (block.pad_to_align(), offset),
        // No existing value is that large.
        Err(_) => (value, 0),
    }
}

/// The size of the block behind an `Rc` or `Arc`, which is cheaper to compute than its layout.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_size<T: ?Sized>(value: &T) -> usize {
    let align = align_of_val(value);
    let end = counted_offset(align) + size_of_val(value);
    let mask = align.max(align_of::<usize>()) - 1;
    (end + mask) & !mask
}

/// The offset of a value with this alignment in the block behind an `Rc` or `Arc`.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn counted_offset(align: usize) -> usize {
    // Both are powers of two, so the greater is a multiple of the smaller.
    align.max(size_of::<[usize; 2]>())
}

/// The layout of the block of a `Vec`-like buffer, or `None` if there is no block.
#[cfg(feature = "alloc")]
#[allow(dead_code, reason = "used by impls behind features")]
#[inline]
pub(crate) fn buffer<T>(capacity: usize) -> Option<Layout> {
    buffer_of(Layout::new::<T>(), capacity)
}

/// The layout of such a block with elements of this layout.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn buffer_of(element: Layout, capacity: usize) -> Option<Layout> {
    let size = element.size().checked_mul(capacity).filter(|size| *size > 0)?;
    // Never fails for an existing vector.
    Layout::from_size_align(size, element.align()).ok()
}

/// The layout of the smallest hash table with room for `len` entries, or `None` if `len` is 0.
#[cfg(any(feature = "serde_json", feature = "toml", feature = "toml_edit_0_25"))]
pub(crate) fn least_table<T>(len: usize) -> Option<Layout> {
    hash_table::Table::shrunk::<T>(len).and_then(hash_table::Table::layout::<T>)
}

/// The layout of a `LinkedList`'s node, and the offset of the element in it.
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

/// The layout of the block behind a custom `io::Error`: its kind, and a box with the inner error.
///
/// Source: `Custom` in `std/src/io/error.rs`.
#[cfg(feature = "std")]
pub(crate) fn io_error_custom() -> Layout {
    // Aligned so that the pointer's low bits can hold a tag.
    #[repr(align(4))]
    struct Custom {
        _kind: std::io::ErrorKind,
        _error: std::boxed::Box<dyn core::error::Error + Send + Sync>,
    }
    Layout::new::<Custom>()
}

#[cfg(feature = "alloc")]
pub(crate) use b_tree::{NODE_CAPACITY, Node, fold_tree, largest_size, rebuilt_size};
#[cfg(hash_table)]
pub(crate) use hash_table::Table;
#[cfg(hash_map)]
pub(crate) use hash_table::{SAMPLE, Span};

#[cfg(feature = "alloc")]
mod b_tree;
#[cfg(hash_layout)]
#[cfg_attr(not(hash_map), allow(dead_code, reason = "other tables expose less than hash maps"))]
mod hash_table;
