//! Replaces the fast unwinder on platforms where only the C library can unwind.

use crate::lock::RawLock;

pub(crate) fn trace(_: &mut [usize], _: usize) -> Option<usize> {
    None
}

/// This file has no locks.
pub(crate) fn each_lock(_: impl FnMut(&dyn RawLock)) {}
