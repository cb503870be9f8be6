mod lazy_lock;
mod mpsc;
mod mutex;
mod once_lock;
mod poison;
mod rw_lock;
mod wait;

use crate::{Reason, Walker};

/// Whether a mutex or condition variable of `std` boxes a primitive of the operating system.
///
/// Targets without futexes use such a primitive, and it needs a stable address. The box is allocated on first use and is not
/// exposed. Source: the choice of modules in `std/src/sys/sync/mutex/mod.rs` and `condvar/mod.rs`, as of Rust 1.95.
pub(in crate::impls) const HIDES_A_BOX: bool = cfg!(any(
    all(
        unix,
        not(any(
            target_os = "linux",
            target_os = "android",
            target_os = "freebsd",
            target_os = "openbsd",
            target_os = "dragonfly",
            target_os = "fuchsia",
            target_os = "hermit",
            all(target_family = "wasm", target_feature = "atomics"),
        ))
    ),
    target_os = "teeos",
    target_env = "sgx",
));

/// Reports a lower bound for a value that may own this many of these boxes.
///
/// On Apple's platforms, a box holds a `pthread_mutex_t` of at most 64 bytes, or a smaller `pthread_cond_t`. Source: the header
/// `_pthread_types.h`.
pub(in crate::impls) fn walk_hidden_boxes(walker: &mut Walker<'_>, boxes: usize) {
    if HIDES_A_BOX {
        walker.lower_bound(Reason::Hidden, cfg!(target_vendor = "apple").then_some(64 * boxes));
    }
}
