//! Replaces the unwinder on other targets.

pub(crate) const IS_SUPPORTED: bool = false;

pub(crate) fn trace(_: &mut [usize], _: usize) -> Option<usize> {
    None
}

pub(crate) fn lock() {}

pub(crate) fn unlock() {}
