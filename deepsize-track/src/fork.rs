//! The child of a fork has one thread, and a copy of every lock as it was. So all are held while the process forks, by the thread
//! that goes on in both.
//!
//! The order of the locks, which whoever holds one has to keep: what the recordings want; the tables of records; the peak; the tables
//! of places. Names of functions have a lock of their own, and so has what is learnt of the way up the stack, in which nothing else
//! is locked but what an allocation, or the loader, needs.

use crate::lock::Lock;

/// A lock, whatever is in it.
pub(crate) trait Hold {
    fn hold(&self);

    /// # Safety
    ///
    /// As for [`Lock::let_go`].
    #[expect(unsafe_code, reason = "the caller has to know that the lock is held")]
    unsafe fn let_go(&self);
}

impl<T> Hold for Lock<T> {
    fn hold(&self) {
        Self::hold(self);
    }

    #[expect(unsafe_code, reason = "the caller has to know that the lock is held")]
    unsafe fn let_go(&self) {
        // SAFETY: the caller's promise.
        unsafe { Self::let_go(self) }
    }
}

/// Sees to it that a fork finds no lock held by a thread that is left behind. Takes place once.
#[cfg(unix)]
pub(crate) fn prepare() {
    use std::sync::atomic::{AtomicBool, Ordering::AcqRel};

    use crate::records;

    extern "C" fn before() {
        crate::unwind::each_lock(|lock| lock.hold());
        crate::symbols::each_lock(|lock| lock.hold());
        records::each_lock(|lock| lock.hold());
    }

    extern "C" fn after() {
        #[expect(unsafe_code, reason = "no guard can be kept over a fork")]
        // SAFETY: `before` took all of them, on this thread or, in the child, on the one this thread is a copy of.
        let let_go = |lock: &dyn Hold| unsafe { lock.let_go() };
        records::each_lock(let_go);
        crate::symbols::each_lock(let_go);
        crate::unwind::each_lock(let_go);
    }

    // No `Once`, on which the child of a fork in just this moment would wait for ever.
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    if !IS_DONE.swap(true, AcqRel) {
        #[expect(unsafe_code, reason = "a call of the C library")]
        // SAFETY: the handlers live as long as the program, and take and leave locks only. Should there be no memory to keep them,
        // a child may wait for a lock for ever, as it may for any other.
        unsafe {
            libc::pthread_atfork(Some(before), Some(after), Some(after));
        }
    }
}

/// There are no forks.
#[cfg(not(unix))]
pub(crate) fn prepare() {}
