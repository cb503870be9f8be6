//! `tokio-util` 0.7: tokens and trackers are opaque. Codecs are exact, or as exact as their parts.

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::{AbortOnDropHandle, TaskTracker, task_tracker::TaskTrackerToken};

opaque! {
    Handle: AbortOnDropHandle<T> where [T], CancellationToken, DropGuard, TaskTracker, TaskTrackerToken,
}
