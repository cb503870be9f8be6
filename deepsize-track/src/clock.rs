//! The clock of recordings.

use std::sync::OnceLock;
use std::time::Instant;

/// The start of the program's first recording.
static EPOCH: OnceLock<Instant> = OnceLock::new();

/// Starts the clock, unless it runs.
///
/// Call it under a lock that forks wait for. Otherwise a child forked during the call would wait for the cell forever.
pub(crate) fn start() {
    EPOCH.get_or_init(Instant::now);
}

/// Microseconds since the first recording began; 0 before.
pub(crate) fn now() -> u64 {
    EPOCH.get().map_or(0, |epoch| u64::try_from(epoch.elapsed().as_micros()).unwrap_or(u64::MAX))
}
