//! The tracker's own memory.

use std::ops::{Deref, DerefMut};
use std::{fmt, io};

use crate::counters;

/// A value whose memory does not count as the program's. It is made and dropped untracked.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Untracked<T>(Option<T>);

impl<T> Untracked<T> {
    pub(crate) fn new(make: impl FnOnce() -> T) -> Self {
        Self(Some(counters::untracked(make)))
    }

    /// The error is the program's own memory.
    #[cfg(feature = "json")]
    pub(crate) fn try_new(make: impl FnOnce() -> io::Result<T>) -> io::Result<Self> {
        counters::untracked(make).map(|made| Self(Some(made))).map_err(|error| {
            let copy = io::Error::new(error.kind(), error.to_string());
            counters::untracked(|| drop(error));
            copy
        })
    }
}

/// Builds the output untracked, and writes it. The writer is part of the program, so its allocations count as the program's.
pub(crate) fn write(mut out: impl io::Write, make: impl FnOnce() -> Vec<u8>) -> io::Result<()> {
    let made = Untracked::new(make);
    out.write_all(&made)?;
    // A dropped `BufWriter` would ignore the error.
    out.flush()
}

impl<T> Deref for Untracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("only drop takes the value")
    }
}

impl<T> DerefMut for Untracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("only drop takes the value")
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

/// The bytes that the tracker itself holds: records of blocks, traces, names of functions, snapshots.
///
/// No other figure includes them. The end of the last recording frees its memory:
///
/// - 75 to 150 bytes for each recorded live block (less on 32-bit targets);
/// - at most 550 bytes for each trace, and 8 for each of its frames. The number of traces [is limited](crate::Recorder::max_traces).
///
/// The tracker keeps the names of functions and files after their look-up: about 500 bytes for each address.
/// [`forget_names`](fn.forget_names.html) frees those that no snapshot uses.
///
/// A look-up also reads the debug information of all new addresses at once, and frees it at its end. It takes some megabytes, or tens
/// of megabytes in a large program. After more than 4 MB, glibc returns all free memory of the program to the system.
/// Except on Linux, the crate `backtrace` keeps the debug information in a cache that it shares with the program.
/// [`without_names`](struct.Export.html#method.without_names) reads none.
///
/// The figure excludes:
///
/// - 170 KiB of static tables. A program that only counts touches 16 KiB of them;
/// - 16 KiB for each 64 threads beyond the first 64;
/// - files that are mapped into memory during a look-up.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sites")] {
/// use deep_size_track::{Recorder, TrackingAllocator, tracker_size};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1000];
/// assert!(tracker_size() > 0);
/// # drop((kept, recording));
/// # }
/// ```
pub fn tracker_size() -> u64 {
    u64::try_from(counters::untracked_counts().net_size()).unwrap_or(0)
}
