use std::hint::black_box;

/// Calls the closure. valgrind finds this function by its name and counts its instructions.
#[inline(never)]
#[unsafe(no_mangle)]
pub(crate) fn deep_size_guard_counted(measure: &mut dyn FnMut() -> usize) -> usize {
    black_box(measure())
}
