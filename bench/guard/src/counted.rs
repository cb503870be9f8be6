use std::hint::black_box;

/// Calls the closure. valgrind counts the instructions in here, which it finds by this name.
#[inline(never)]
#[unsafe(no_mangle)]
pub(crate) fn deep_size_guard_counted(measure: &mut dyn FnMut() -> usize) -> usize {
    black_box(measure())
}
