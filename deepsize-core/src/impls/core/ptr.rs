use core::ptr::NonNull;

flat! {
    /// Counts as borrowing: whether it owns its target is unknown.
    *const T where [T: ?Sized],
    /// Counts as borrowing: whether it owns its target is unknown.
    *mut T where [T: ?Sized],
    /// Counts as borrowing: whether it owns its target is unknown.
    NonNull<T> where [T: ?Sized],
}
