//! A tree of scopes for each thread, which others only lock to make a profile.
//!
//! Like the slots of the counters, a tree is never freed: when a thread ends, it keeps its sums and goes to the next thread.

use std::cell::Cell;
use std::iter;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, Release};
use std::time::{Duration, Instant};

use super::tree::{Node, Tree};
use crate::counters;
use crate::lock::{Guard, Lock};

/// How long a profile waits for a thread that is about to enter or leave a scope. After a fork, it may be gone.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Table {
    is_taken: AtomicBool,
    tree: Lock<Tree>,
    next: OnceLock<&'static Self>,
}

impl Table {
    const fn new() -> Self {
        Self { is_taken: AtomicBool::new(false), tree: Lock::new(Tree::new()), next: OnceLock::new() }
    }

    fn take(&self) -> bool {
        !self.is_taken.load(Relaxed) && self.is_taken.compare_exchange(false, true, AcqRel, Relaxed).is_ok()
    }
}

static FIRST: Table = Table::new();

fn tables() -> impl Iterator<Item = &'static Table> {
    iter::successors(Some(&FIRST), |table| table.next.get().copied())
}

/// What a thread knows of its scopes. Nothing has to be dropped, so that it can be read until the very end of the thread.
struct Here {
    table: Cell<Option<&'static Table>>,
    /// Whether the tree is being looked at: whatever enters a scope in there is not recorded.
    is_busy: Cell<bool>,
    /// Whether the table was given back.
    is_ending: Cell<bool>,
}

thread_local! {
    static HERE: Here =
        const { Here { table: Cell::new(None), is_busy: Cell::new(false), is_ending: Cell::new(false) } };
    static RETURN: Return = const { Return };
}

/// Gives the table back when the thread ends.
struct Return;

impl Drop for Return {
    fn drop(&mut self) {
        HERE.with(|here| {
            here.is_ending.set(true);
            here.give_back();
        });
    }
}

impl Here {
    fn find(&self) -> &'static Table {
        if !self.is_ending.get() && RETURN.try_with(|_| ()).is_err() {
            self.is_ending.set(true);
        }
        let table = tables().find(|table| table.take()).unwrap_or_else(more);
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

/// One more table, which is taken already.
fn more() -> &'static Table {
    let new: &Table = counters::as_own(|| Box::leak(Box::new(Table::new())));
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

/// A call that the thread is in.
#[derive(Clone, Copy)]
pub(super) struct Place {
    table: &'static Table,
    depth: usize,
    serial: u64,
}

/// Begins a call, unless the tracker itself does.
pub(super) fn enter(name: &'static str, is_new: bool) -> Option<Place> {
    HERE.with(|here| {
        if here.is_busy.replace(true) {
            return None;
        }
        let table = here.table.get().unwrap_or_else(|| here.find());
        let place =
            table.tree.lock().enter(name, is_new).map(|(depth, serial)| Place { table, depth, serial });
        here.is_busy.set(false);
        place
    })
}

/// Ends a call, and those inside that have not ended.
pub(super) fn exit(place: Place) {
    HERE.with(|here| {
        // In the end of a thread a table may be given back, and even belong to another thread by now.
        if here.table.get().is_none_or(|table| !std::ptr::eq(table, place.table))
            || here.is_busy.replace(true)
        {
            return;
        }
        let mut tree = place.table.tree.lock();
        tree.exit(place.depth, place.serial);
        let is_over = here.is_ending.get() && !tree.is_in_a_call();
        drop(tree);
        here.is_busy.set(false);
        if is_over {
            here.give_back();
        }
    });
}

/// The trees of all threads, past and present, without their roots.
pub(super) fn all() -> Vec<Vec<Node>> {
    tables().filter_map(|table| Some(patiently(&table.tree)?.nodes())).collect()
}

fn patiently<T>(lock: &Lock<T>) -> Option<Guard<'_, T>> {
    let mut started = None;
    loop {
        if let Some(guard) = lock.try_lock() {
            return Some(guard);
        }
        if started.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
            return None;
        }
        std::thread::yield_now();
    }
}
