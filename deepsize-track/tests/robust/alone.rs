//! Runs one test at a time, with a timeout.

use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deep_size_track::Snapshot;

/// Held by the running test, because recordings are global.
pub(crate) struct Alone {
    _alone: MutexGuard<'static, ()>,
}

/// Waits for the other tests. If the test hangs after that, a signal ends the program.
pub(crate) fn alone() -> Alone {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: nothing else in this program uses the alarm clock.
    unsafe { libc::alarm(120) };
    Alone { _alone: alone }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // SAFETY: nothing else in this program uses the alarm clock.
        unsafe { libc::alarm(0) };
    }
}

#[inline(never)]
pub(crate) fn marked_block(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

/// The live bytes and blocks of the traces that contain a function.
pub(crate) fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let traces =
        snapshot.traces().filter(|trace| trace.frames().any(|frame| frame.function().contains(function)));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live_amount().size, sum.1 + trace.live_amount().blocks))
}
