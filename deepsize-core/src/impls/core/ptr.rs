use core::ptr::NonNull;

flat! {
    /// Whether it owns what it points to is not known.
    *const T where [T: ?Sized],
    /// Whether it owns what it points to is not known.
    *mut T where [T: ?Sized],
    /// Whether it owns what it points to is not known.
    NonNull<T> where [T: ?Sized],
}
