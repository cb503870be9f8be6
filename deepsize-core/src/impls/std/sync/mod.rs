mod lazy_lock;
mod mpsc;
mod mutex;
mod once_lock;
mod poison;
mod rw_lock;
mod wait;

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
