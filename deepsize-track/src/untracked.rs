//! The tracker's own memory.

use std::fmt;
use std::ops::Deref;

use crate::counters;

/// A value whose memory does not count as the program's: it is made and dropped untracked.
pub(crate) struct Untracked<T>(Option<T>);

impl<T> Untracked<T> {
    pub(crate) fn new(make: impl FnOnce() -> T) -> Self {
        Self(Some(counters::untracked(make)))
    }
}

impl<T> Deref for Untracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("it is taken by drop alone")
    }
}

impl<T> Drop for Untracked<T> {
    fn drop(&mut self) {
        counters::untracked(|| drop(self.0.take()));
    }
}

impl<T: Clone> Clone for Untracked<T> {
    fn clone(&self) -> Self {
        Self::new(|| T::clone(self))
    }
}

impl<T: fmt::Debug> fmt::Debug for Untracked<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, out)
    }
}

/// The bytes that the tracker itself holds: records of blocks, call sites, names of functions, snapshots.
///
/// No other figure has them in it. While blocks are recorded it holds 75 to 150 bytes for each that is live, all of which it gives
/// back when the last recording ends. For good it keeps
/// - for each place that allocates at most 250 bytes, and 8 more for each frame of its trace;
/// - the names of functions once they were asked for, and what the library that reads debug information keeps of it: some
///   megabytes, or tens of them in a debug build.
///
/// Not counted are the 160 KiB of its static tables, of which a program that only counts touches 8; 8 KiB for each 64 threads
/// beyond the first 64; and what the library for debug information gets from the operating system by itself, such as the files
/// that it maps into memory.
#[must_use]
pub fn own_bytes() -> u64 {
    u64::try_from(counters::untracked_counts().live()).unwrap_or(0)
}
