use core::ptr::NonNull;

unfollowed! {
    Raw:
    /// Not followed: whether it owns its target is unknown. Reports show the number of such pointers.
    *const T where [T: ?Sized] => |pointer| !pointer.is_null();
    /// Not followed: whether it owns its target is unknown. Reports show the number of such pointers.
    *mut T where [T: ?Sized] => |pointer| !pointer.is_null();
    /// Not followed: whether it owns its target is unknown. Reports show the number of such pointers.
    NonNull<T> where [T: ?Sized] => |_| true;
}
