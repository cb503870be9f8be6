//! `tokio-util` 0.7: tokens, trackers and their guards are opaque, because they are handles.

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::{AbortOnDropHandle, TaskTracker, task_tracker::TaskTrackerToken};

opaque! {
    Handle: AbortOnDropHandle<T> where [T], CancellationToken, DropGuard, TaskTracker, TaskTrackerToken,
}
