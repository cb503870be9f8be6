//! Waiting for others.

use std::thread;
use std::time::{Duration, Instant};

/// Whether something comes true within a minute. What the test harness and threads that end do beside a test is over in a moment,
/// but on a busy machine they may have to wait for their turn in the midst of it.
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
