//! What the tests share: one at a time, and not for ever.

use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deep_size_track::Snapshot;

/// Recordings are the program's, so that one test at a time makes them.
pub(crate) struct Alone {
    _alone: MutexGuard<'static, ()>,
}

/// Waits for the others. A test that hangs from here on is ended by a signal, with which the whole run fails.
pub(crate) fn alone() -> Alone {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: nothing else in this program uses the alarm clock.
    unsafe { libc::alarm(120) };
    Alone { _alone: alone }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { libc::alarm(0) };
    }
}

#[inline(never)]
pub(crate) fn marked_block(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

/// What is live of the traces that pass through a function.
pub(crate) fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let traces =
        snapshot.traces().filter(|trace| trace.frames().any(|frame| frame.function().contains(function)));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live().bytes, sum.1 + trace.live().blocks))
}
