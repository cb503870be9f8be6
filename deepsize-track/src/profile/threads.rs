//! A tree of scopes for each thread, in its slot of the counters. Other threads lock it only to take a profile.

use std::cell::Cell;
use std::ptr;

use super::tree::{Node, Tree};
use crate::counters::{self, Slot};

thread_local! {
    /// Whether the tree is in use. A scope that a signal handler enters meanwhile is not recorded.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
    /// Whether the lock of the tree has timed out. Until it is free, scopes are not recorded.
    static IS_STUCK: Cell<bool> = const { Cell::new(false) };
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
/// `None` if the tracker itself enters a scope, if the thread has lost its slot, if its lock times out, or if memory is short.
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
    let tree = if IS_STUCK.get() { slot.scopes.try_lock() } else { slot.scopes.lock_in_time() };
    IS_STUCK.set(tree.is_none());
    let result = tree.map(|mut tree| work(&mut tree));
    IS_BUSY.set(false);
    result
}

/// The trees of all threads, past and present. A tree whose lock times out is left out.
pub(super) fn all() -> Vec<Vec<Node>> {
    counters::slots().filter_map(|slot| Some(slot.scopes.lock_in_time()?.nodes(slot))).collect()
}
