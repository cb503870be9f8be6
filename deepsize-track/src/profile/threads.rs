//! A tree of scopes for each thread, in its slot of the counters. Other threads lock it only to take a profile.

use std::cell::Cell;
use std::time::Duration;
use std::{ptr, thread};

use super::tree::{Node, Tree};
use crate::counters::{self, Slot};
use crate::lock::{Guard, Lock};

/// A profile waits this many milliseconds for a thread that enters or leaves a scope. After a fork, that thread may be gone.
const LOCK_TRIES: u32 = 1000;

thread_local! {
    /// Whether the tree is in use. A scope that a signal handler enters meanwhile is not recorded.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// An open call of this thread.
#[derive(Clone, Copy)]
pub(super) struct Call {
    slot: &'static Slot,
    depth: usize,
    serial: u64,
}

/// Begins a call, or resumes one with the net bytes of its earlier parts.
///
/// `None` if the tracker itself enters a scope, if the thread has lost its slot, or if memory is short.
pub(super) fn enter(name: &'static str, earlier: Option<i64>) -> Option<Call> {
    let slot = counters::slot();
    let (depth, serial) = with_tree(slot, |tree| tree.enter(slot, name, earlier))??;
    Some(Call { slot, depth, serial })
}

/// Ends a call, and the open calls inside it.
pub(super) fn exit(Call { slot, depth, serial }: Call) {
    // While a thread ends, its slot may already belong to another thread.
    if ptr::eq(slot, counters::slot()) {
        with_tree(slot, |tree| tree.exit(slot, depth, serial));
    }
}

fn with_tree<R>(slot: &Slot, work: impl FnOnce(&mut Tree) -> R) -> Option<R> {
    if !slot.is_thread_local() || IS_BUSY.replace(true) {
        return None;
    }
    let result = work(&mut slot.scopes.lock());
    IS_BUSY.set(false);
    Some(result)
}

/// The trees of all threads, past and present. A tree whose lock times out is left out.
pub(super) fn all() -> Vec<Vec<Node>> {
    counters::slots().filter_map(|slot| Some(lock_in_time(&slot.scopes)?.nodes(slot))).collect()
}

fn lock_in_time<T>(lock: &Lock<T>) -> Option<Guard<'_, T>> {
    (0..LOCK_TRIES).find_map(|_| {
        let guard = lock.try_lock();
        if guard.is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        guard
    })
}
