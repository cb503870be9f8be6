//! The layout of a dropped value that only weak handles point to.
#![expect(
    unsafe_code,
    reason = "safe code cannot get the size of `T: ?Sized` from a `Weak<T>` after the value is dropped"
)]

use core::alloc::Layout;
use core::cell::UnsafeCell;

/// The layout of the value that `pointer` points to, or pointed to before it was dropped.
///
/// A `Weak` to a dropped value still owns the value's block. `Layout::new` would suffice for a sized `T`, but code that is
/// generic over `T: ?Sized` cannot call it.
///
/// # Safety
///
/// `pointer` must be aligned and point into a live block that has room for the value. Its metadata (slice length, vtable)
/// must be valid for a value that is or was there.
pub(crate) unsafe fn layout_of<T: ?Sized>(pointer: *const T) -> Layout {
    // Another thread may be dropping the value now. A reference to an `UnsafeCell` allows writes to the bytes behind it.
    let cell = pointer as *const UnsafeCell<T>;
    // SAFETY: by this function's contract, the reference is aligned and its memory is live. Only `Layout::for_value` uses it.
    // That function reads the metadata and no byte of the value, so a dropped value is fine. `UnsafeCell<T>` has the layout
    // of `T`. The standard library computes the layout in the same way when it drops the last `Weak` (`alloc/src/rc.rs`,
    // `impl Drop for Weak`).
    Layout::for_value(unsafe { &*cell })
}
