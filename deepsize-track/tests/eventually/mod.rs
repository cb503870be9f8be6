//! Waiting for other threads.

use std::thread;
use std::time::{Duration, Instant};

/// Whether a condition becomes true within a minute.
///
/// The test harness and ending threads disturb figures of the process only briefly. On a busy machine, that may take longer.
pub(crate) fn eventually(mut is_true: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if is_true() {
            return true;
        }
        if start.elapsed() > Duration::from_secs(60) {
            return false;
        }
        thread::yield_now();
    }
}
