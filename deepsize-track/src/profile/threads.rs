//! A tree of scopes for each thread. Other threads lock it only to take a profile.
//!
//! Like a slot of the counters, a tree is never freed. When a thread ends, its tree keeps its sums and goes to the next thread.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, Release};
use std::time::Duration;
use std::{iter, thread};

use super::tree::{Node, Tree};
use crate::counters;
use crate::lock::{Guard, Lock};

/// A profile waits this many milliseconds for a thread that enters or leaves a scope. After a fork, that thread may be gone.
const LOCK_TRIES: u32 = 1000;

pub(super) struct ScopeTable {
    is_taken: AtomicBool,
    tree: Lock<Tree>,
    next: OnceLock<&'static Self>,
}

impl ScopeTable {
    const fn new() -> Self {
        Self { is_taken: AtomicBool::new(false), tree: Lock::new(Tree::new()), next: OnceLock::new() }
    }

    fn take(&self) -> bool {
        !self.is_taken.load(Relaxed) && self.is_taken.compare_exchange(false, true, AcqRel, Relaxed).is_ok()
    }
}

static FIRST: ScopeTable = ScopeTable::new();

fn tables() -> impl Iterator<Item = &'static ScopeTable> {
    iter::successors(Some(&FIRST), |table| table.next.get().copied())
}

/// A thread's table of scopes. It has no destructor, so it can be read until the thread is gone.
struct ThreadScopes {
    table: Cell<Option<&'static ScopeTable>>,
    /// Whether the tree is in use. A scope entered meanwhile is not recorded.
    is_busy: Cell<bool>,
    /// Whether the thread is dropping its thread-local values.
    is_ending: Cell<bool>,
}

thread_local! {
    static THREAD_SCOPES: ThreadScopes =
        const { ThreadScopes { table: Cell::new(None), is_busy: Cell::new(false), is_ending: Cell::new(false) } };
    static TABLE_RETURN: TableReturn = const { TableReturn };
}

/// Returns the table when the thread ends.
struct TableReturn;

impl Drop for TableReturn {
    fn drop(&mut self) {
        THREAD_SCOPES.with(|here| {
            here.is_ending.set(true);
            here.give_back();
        });
    }
}

impl ThreadScopes {
    fn find(&self) -> &'static ScopeTable {
        if !self.is_ending.get() && TABLE_RETURN.try_with(|_| ()).is_err() {
            self.is_ending.set(true);
        }
        let table = tables().find(|table| table.take()).unwrap_or_else(add_table);
        self.table.set(Some(table));
        table
    }

    fn give_back(&self) {
        if let Some(table) = self.table.take() {
            table.tree.lock().exit_to(0);
            table.is_taken.store(false, Release);
        }
    }
}

/// Appends a table, already taken.
fn add_table() -> &'static ScopeTable {
    let new: &ScopeTable = counters::untracked(|| Box::leak(Box::new(ScopeTable::new())));
    new.is_taken.store(true, Relaxed);
    let mut last = &FIRST;
    loop {
        last = match last.next.get() {
            Some(next) => next,
            None if last.next.set(new).is_ok() => return new,
            None => continue,
        };
    }
}

/// An open call of this thread.
#[derive(Clone, Copy)]
pub(super) struct Call {
    table: &'static ScopeTable,
    depth: usize,
    serial: u64,
}

/// Begins a call, or resumes one with the net bytes of its earlier parts. `None` if the tracker itself enters a scope, or if memory is short.
pub(super) fn enter(name: &'static str, earlier: Option<i64>) -> Option<Call> {
    THREAD_SCOPES.with(|here| {
        if here.is_busy.replace(true) {
            return None;
        }
        let table = here.table.get().unwrap_or_else(|| here.find());
        let place =
            table.tree.lock().enter(name, earlier).map(|(depth, serial)| Call { table, depth, serial });
        here.is_busy.set(false);
        place
    })
}

/// Ends a call, and the open calls inside it.
pub(super) fn exit(place: Call) {
    THREAD_SCOPES.with(|here| {
        // While a thread ends, its table may already belong to another thread.
        if here.table.get().is_none_or(|table| !std::ptr::eq(table, place.table))
            || here.is_busy.replace(true)
        {
            return;
        }
        let mut tree = place.table.tree.lock();
        tree.exit(place.depth, place.serial);
        let is_over = here.is_ending.get() && !tree.has_open_calls();
        drop(tree);
        here.is_busy.set(false);
        if is_over {
            here.give_back();
        }
    });
}

/// The trees of all threads, past and present. A tree whose lock times out is left out.
pub(super) fn all() -> Vec<Vec<Node>> {
    tables().filter_map(|table| Some(lock_in_time(&table.tree)?.nodes())).collect()
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
