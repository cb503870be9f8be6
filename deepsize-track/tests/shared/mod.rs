//! Helpers of several test programs.
#![allow(dead_code, reason = "each test program uses its own part of this module")]

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Runs one test at a time, because recordings and counts are global. The test harness still runs beside it.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The xorshift generator of Marsaglia (2003). Returns numbers below a limit.
pub(crate) fn random() -> impl FnMut(usize) -> usize {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}
