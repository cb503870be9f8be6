//! Keeps forks from copying a held lock.
//!
//! The child of a fork has one thread, and a copy of every lock in its current state. So the forking thread holds all locks during
//! the fork, and unlocks them afterwards in both processes.
//!
//! Invariant: a thread that holds one of these locks waits only for later ones:
//! 1. the running recordings;
//! 2. the tables of records;
//! 3. the lock of the peak;
//! 4. the tables of sites;
//! 5. the sums of folded traces;
//! 6. the ring of freed blocks.
//!
//! The names of functions and the rules of the unwinder have their own locks. While one of them is held, only an allocation or the
//! loader takes another lock.

use std::cell::Cell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::AcqRel;

use crate::counters::{self, Slot};
#[cfg(feature = "audit")]
use crate::freed;
use crate::lock::RawLock;
use crate::{records, sites, symbols, threads};

/// Installs the fork handlers, once. Call it while no lock is held.
pub(crate) fn prepare() {
    // Not a `Once`: a child forked during the call would wait for it forever.
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    if !IS_DONE.swap(true, AcqRel) {
        install(before, after);
    }
}

/// Every lock of the crate that an allocation can take, in locking order.
fn each_lock(visit: fn(&dyn RawLock)) {
    visit(&symbols::CACHE);
    visit(&threads::NAMES);
    visit(&records::RUNNING);
    records::TABLES.iter().for_each(|table| visit(table));
    visit(&sites::PEAK);
    sites::TABLES.iter().for_each(|table| visit(table));
    visit(&sites::OTHER);
    #[cfg(feature = "audit")]
    visit(&freed::FREED);
}

thread_local! {
    /// The slot of this thread, while it forks.
    static SLOT: Cell<Option<&'static Slot>> = const { Cell::new(None) };
}

extern "C" fn before() {
    // Other handlers of the fork may allocate while this thread holds the locks.
    SLOT.set(Some(counters::begin_untracked()));
    deep_size_unwind::before_fork();
    each_lock(|lock| lock.hold());
}

extern "C" fn after() {
    #[expect(unsafe_code, reason = "no guard can be kept across a fork")]
    // SAFETY: `before` took all of them: on this thread or, in the child, on the thread that this one is a copy of.
    each_lock(|lock| unsafe { lock.unlock() });
    deep_size_unwind::after_fork();
    if let Some(slot) = SLOT.take() {
        counters::end_untracked(slot);
    }
}

#[cfg(unix)]
fn install(before: extern "C" fn(), after: extern "C" fn()) {
    #[expect(unsafe_code, reason = "a call of the C library")]
    // SAFETY: the handlers are functions, so they live as long as the program, and only take and release locks. If they cannot be
    // registered for lack of memory, a child may wait for a lock forever, as it may for any other lock.
    unsafe {
        libc::pthread_atfork(Some(before), Some(after), Some(after));
    }
}

/// This platform has no forks.
#[cfg(not(unix))]
fn install(_: extern "C" fn(), _: extern "C" fn()) {}
