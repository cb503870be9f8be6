//! The way up the stack where only the C library knows it.

pub(crate) fn trace(_: &mut [usize], _: usize) -> Option<usize> {
    None
}

/// All locks, in the order in which they are taken.
#[cfg(unix)]
pub(crate) fn each_lock(_: impl FnMut(&dyn crate::fork::Hold)) {}
