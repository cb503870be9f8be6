//! `parking_lot` 0.12: exact.
//!
//! Its locks are types of `lock_api`, with raw locks of at most a word. The table of waiting threads belongs to the process
//! and to no value.

use parking_lot::{
    Condvar, Once, OnceState, RawFairMutex, RawMutex, RawRwLock, RawThreadId, WaitTimeoutResult,
};

flat! { Condvar, Once, OnceState, RawFairMutex, RawMutex, RawRwLock, RawThreadId, WaitTimeoutResult }
