//! `lock_api` 0.4: exact, or opaque while locked elsewhere. Measuring never waits for a lock.
//!
//! A raw lock is opaque if it needs drop, and otherwise owns nothing. The raw locks of `parking_lot` own nothing.

use core::mem::needs_drop;

use lock_api::{GetThreadId, Mutex, RawMutex, RawRwLock, ReentrantMutex, RwLock};

use crate::Reason;

/// Implements `DeepSize` and `Container` for a lock. The method tries to lock it for reading.
macro_rules! locks {
    ($($type:ty where [$($generics:tt)*]: $try:ident, $($raw:ident),+;)*) => {$(
        holder! {
            $type where [$($generics)*, T: ?Sized] => |lock, walker, visit| {
                match lock.$try() {
                    Some(value) => visit(&*value, walker),
                    None => walker.opaque(Reason::Locked),
                }
                if $(needs_drop::<$raw>())||+ {
                    walker.opaque(Reason::Hidden);
                }
            }
        }
    )*};
}

locks! {
    Mutex<R, T> where [R: RawMutex]: try_lock, R;
    // A lock that is held by this thread is measured.
    ReentrantMutex<R, G, T> where [R: RawMutex, G: GetThreadId]: try_lock, R, G;
    RwLock<R, T> where [R: RawRwLock]: try_read, R;
}
