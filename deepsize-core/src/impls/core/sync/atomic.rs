use core::sync::atomic;

flat! {
    atomic::Ordering,
    #[cfg(target_has_atomic = "8")]
    atomic::AtomicBool,
    #[cfg(target_has_atomic = "8")]
    atomic::AtomicI8,
    #[cfg(target_has_atomic = "8")]
    atomic::AtomicU8,
    #[cfg(target_has_atomic = "16")]
    atomic::AtomicI16,
    #[cfg(target_has_atomic = "16")]
    atomic::AtomicU16,
    #[cfg(target_has_atomic = "32")]
    atomic::AtomicI32,
    #[cfg(target_has_atomic = "32")]
    atomic::AtomicU32,
    #[cfg(target_has_atomic = "64")]
    atomic::AtomicI64,
    #[cfg(target_has_atomic = "64")]
    atomic::AtomicU64,
    #[cfg(target_has_atomic = "ptr")]
    atomic::AtomicIsize,
    #[cfg(target_has_atomic = "ptr")]
    atomic::AtomicUsize,
}

unfollowed! {
    Raw:
    /// Not followed: whether it owns its target is unknown. Reports show the number of such pointers.
    #[cfg(target_has_atomic = "ptr")]
    atomic::AtomicPtr<T> where [T] => |pointer| !pointer.load(atomic::Ordering::Relaxed).is_null();
}
