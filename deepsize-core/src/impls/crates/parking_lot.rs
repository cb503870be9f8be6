//! `parking_lot` 0.12: exact.
//!
//! Its locks are those of `lock_api`, around raw locks of a word or less. The table of waiting threads belongs to the
//! process and to no value.

use parking_lot::{
    Condvar, Once, OnceState, RawFairMutex, RawMutex, RawRwLock, RawThreadId, WaitTimeoutResult,
};

flat! { Condvar, Once, OnceState, RawFairMutex, RawMutex, RawRwLock, RawThreadId, WaitTimeoutResult }
