//! Keeps forks from copying a held lock.
//!
//! The child of a fork has one thread, and a copy of every lock in its current state. So the thread that forks holds all locks
//! during the fork, and unlocks them afterwards in both processes.
//!
//! Invariant: a thread that holds one of these locks takes only later ones:
//! 1. the wanted recordings;
//! 2. the tables of records;
//! 3. the lock of the peak;
//! 4. the tables of sites;
//! 5. the ring of freed blocks.
//!
//! The names of functions and the rules of the unwinder have locks of their own. Under those, nothing else is locked except by an
//! allocation or by the loader.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::AcqRel;

#[cfg(feature = "audit")]
use crate::freed;
use crate::lock::RawLock;
use crate::{records, sites, symbols, unwind};

/// Installs the handlers of forks, once. Call it while no lock is held.
pub(crate) fn prepare() {
    // Not a `Once`: the child of a fork during the call would wait for it for ever.
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    if !IS_DONE.swap(true, AcqRel) {
        install(before, after);
    }
}

/// Every lock of the crate that an allocation can take, in locking order.
fn each_lock(visit: &mut dyn FnMut(&dyn RawLock)) {
    unwind::each_lock(&mut *visit);
    symbols::each_lock(&mut *visit);
    records::each_lock(&mut *visit);
    sites::each_lock(&mut *visit);
    #[cfg(feature = "audit")]
    freed::each_lock(&mut *visit);
}

extern "C" fn before() {
    each_lock(&mut |lock| lock.hold());
}

extern "C" fn after() {
    #[expect(unsafe_code, reason = "no guard can be kept over a fork")]
    // SAFETY: `before` took all of them, on this thread or, in the child, on the one this thread is a copy of.
    each_lock(&mut |lock| unsafe { lock.unlock() });
}

#[cfg(unix)]
fn install(before: extern "C" fn(), after: extern "C" fn()) {
    #[expect(unsafe_code, reason = "a call of the C library")]
    // SAFETY: the handlers are functions, which live as long as the program, and only take and release locks. If there is no memory
    // to register them, a child may wait for a lock for ever, as it may for any other lock.
    unsafe {
        libc::pthread_atfork(Some(before), Some(after), Some(after));
    }
}

/// There are no forks.
#[cfg(not(unix))]
fn install(_: extern "C" fn(), _: extern "C" fn()) {}
