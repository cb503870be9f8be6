//! Scopes that end by a panic, in the wrong order, never, or with their thread.

use std::cell::{Cell, RefCell};
use std::{panic, thread};

use deep_size_track::{Scope, scope};

use super::{bytes, figures, row, together};

#[test]
fn a_panic_ends_its_scopes() {
    let _together = together();
    scope!("outside");
    let result = panic::catch_unwind(|| {
        scope!("panics");
        let _held = bytes(300);
        scope!("panics inside");
        panic::resume_unwind(Box::new(()));
    });
    assert!(result.is_err());
    scope!("after", drop(bytes(5)));
    // The panic's payload is allocated in the inner scope, and freed by the catch.
    let (_, panic, ..) = figures(&["outside", "panics", "panics inside"]);
    assert_eq!(figures(&["outside", "panics"]), (1, 300 + panic, 300, 300 + panic, 300));
    assert_eq!(figures(&["outside", "panics", "panics inside"]), (1, panic, 0, panic, panic));
    assert_eq!(figures(&["outside", "after"]), (1, 5, 5, 5, 5));
}

#[test]
fn scopes_may_end_early_or_never() {
    let _together = together();
    let outer = Scope::enter("outer");
    let early = Scope::enter("early");
    drop(bytes(1));
    let late = Scope::enter("late");
    drop(bytes(10));
    drop(early);
    drop(bytes(100));
    let next = Scope::enter("next");
    drop(late);
    drop(bytes(1000));
    std::mem::forget(Scope::enter("forgotten"));
    drop(bytes(10_000));
    drop(next);
    drop(bytes(100_000));
    drop(outer);
    assert_eq!(figures(&["outer", "early", "late"]), (1, 10, 10, 10, 10));
    assert_eq!(figures(&["outer", "early"]), (1, 11, 11, 10, 1));
    assert_eq!(figures(&["outer", "next", "forgotten"]), (1, 10_000, 10_000, 10_000, 10_000));
    assert_eq!(figures(&["outer", "next"]), (1, 11_000, 11_000, 10_000, 1000));
    assert_eq!(figures(&["outer"]), (1, 111_111, 111_111, 100_000, 100_100));
}

thread_local! {
    static EARLY: AtTheEnd = const { AtTheEnd(Cell::new("early at the end"), RefCell::new(None)) };
    static LATE: AtTheEnd = const { AtTheEnd(Cell::new("late at the end"), RefCell::new(None)) };
}

/// Enters scopes while its thread drops its thread-local values, and may drop a scope that has already ended.
struct AtTheEnd(Cell<&'static str>, RefCell<Option<Scope>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let _scope = Scope::enter(self.0.get());
        for _ in 0..3 {
            scope!("inside the end", drop(bytes(50)));
        }
    }
}

#[test]
fn scopes_may_be_entered_until_the_end_of_a_thread() {
    let _together = together();
    for _ in 0..200 {
        thread::spawn(|| {
            EARLY.with(|_| ());
            scope!("before the end", drop(bytes(1)));
            LATE.with(|late| *late.1.borrow_mut() = Some(Scope::enter("open at the end")));
        })
        .join()
        .expect("the thread does not panic");
    }
    assert_eq!(figures(&["before the end"]), (200, 200, 200, 1, 200));
    assert_eq!(row(&["open at the end"]).calls, 200);
    assert_eq!(row(&["early at the end"]).calls, 200);
    assert_eq!(row(&["early at the end", "inside the end"]).calls, 600);
    assert_eq!(
        figures(&["open at the end", "late at the end", "inside the end"]),
        (600, 30_000, 30_000, 50, 30_000)
    );
}
