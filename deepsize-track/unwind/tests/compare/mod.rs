//! Compares a trace with `backtrace`.

use std::hint::black_box;
use std::ptr;
use std::time::{Duration, Instant};

const MAX_DEPTH: usize = 128;

/// Asserts that this crate and `backtrace` find the same frames, beginning with the caller. Returns their number.
#[inline(never)]
pub(crate) fn compare() -> usize {
    let mark = 0_u8;
    let mark = ptr::from_ref(black_box(&mark)).addr();
    let (mut fast, mut slow) = ([0; MAX_DEPTH], [0; MAX_DEPTH]);
    // While another thread looks up an address, new addresses are left to other unwinders.
    let start = Instant::now();
    let found = loop {
        match deep_size_unwind::trace(&mut fast, mark) {
            Some(found) => break found,
            None => assert!(start.elapsed() < Duration::from_secs(60), "this code has simple frames"),
        }
        std::thread::yield_now();
    };
    let mut expected = 0;
    backtrace::trace(|frame| {
        let (address, stack) = (frame.ip().addr(), frame.sp().addr());
        if address != 0 && (expected > 0 || stack > mark) {
            slow[expected] = address;
            expected += 1;
        }
        expected < slow.len()
    });
    let agree = fast.iter().zip(&slow[..expected]).take_while(|(fast, slow)| fast == slow).count();
    assert_eq!((found, expected), (agree, agree), "{:x?}, {:x?}", &fast[..found], &slow[..expected]);
    found
}
