//! The layout of a value that only weak handles point to.
#![expect(
    unsafe_code,
    reason = "no safe way leads from a `Weak<T>` whose value is gone to the size of `T: ?Sized`"
)]

use core::alloc::Layout;
use core::cell::UnsafeCell;

/// The layout of the value that `pointer` points to, or pointed to before it was dropped.
///
/// A `Weak` to a dead value still holds the value's block. `Layout::new` would do for a sized `T`, but code that is generic over
/// `T: ?Sized` cannot call it.
///
/// # Safety
///
/// `pointer` must be aligned and point into a live block of memory that has room for the value, and must carry the
/// metadata (slice length, vtable) of a value that once was there.
pub(crate) unsafe fn layout_of<T: ?Sized>(pointer: *const T) -> Layout {
    // A reference to an `UnsafeCell` promises neither that the bytes stay the same nor that no one writes to them: another thread
    // may be dropping the value now.
    let cell = pointer as *const UnsafeCell<T>;
    // SAFETY: the reference is aligned and its memory is live, by this function's contract. It is used for nothing but
    // `Layout::for_value`, which looks at the metadata alone; no byte behind it is read, so it does not matter whether a
    // value is still there. `UnsafeCell<T>` has the layout of `T`. The standard library finds the layout of the block in
    // the same way when it drops the last `Weak` (`alloc/src/rc.rs`, `impl Drop for Weak`).
    Layout::for_value(unsafe { &*cell })
}
