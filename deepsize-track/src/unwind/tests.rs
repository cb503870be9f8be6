//! The way up, held against the C library's.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::{Rule, cell, look_up, rule};
use crate::sites::{self, MAX_DEPTH};

/// The trace, found within a minute. While another thread looks up an address, new addresses are left to the C library.
fn eventually<T>(mut find: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let found = find();
        if found.is_some() || start.elapsed() > Duration::from_secs(60) {
            return found;
        }
        std::thread::yield_now();
    }
}

/// How many traces were compared.
static COMPARED: AtomicU64 = AtomicU64::new(0);

/// Both ways lead to the same frames, from the caller of this on.
#[inline(never)]
fn compare() {
    let mark = 0_u8;
    let mark = ptr::from_ref(black_box(&mark)).addr();
    let (mut fast, mut slow) = ([0; MAX_DEPTH], [0; MAX_DEPTH]);
    let found = eventually(|| super::trace(&mut fast, mark)).expect("this code is as simple as that");
    let expected = sites::trace(&mut slow, mark);
    assert_eq!(fast[..found], slow[..expected]);
    assert!(found > 3);
    COMPARED.fetch_add(1, Relaxed);
}

#[inline(never)]
fn deep(depth: u32) -> u32 {
    if depth == 0 {
        compare();
        return 0;
    }
    black_box(deep(depth - 1)) + 1
}

/// A frame whose size is not known beforehand.
#[repr(align(256))]
struct Aligned([u8; 300]);

#[inline(never)]
fn aligned(depth: u32, odd: [u64; 3]) -> u64 {
    let wide = black_box(Aligned([odd[0] as u8; 300]));
    if depth == 0 {
        compare();
    } else {
        black_box(if depth % 3 == 0 { aligned(depth - 1, odd) } else { one_more(depth - 1, odd) });
    }
    u64::from(wide.0[7]) + odd[1]
}

#[inline(never)]
fn one_more(depth: u32, odd: [u64; 3]) -> u64 {
    let number = black_box(depth);
    black_box(aligned(depth, odd)) + u64::from(number)
}

struct Last(u32);

impl Drop for Last {
    fn drop(&mut self) {
        black_box(deep(self.0));
    }
}

extern "C" fn order(left: *const c_void, right: *const c_void) -> c_int {
    compare();
    // SAFETY: the C library compares two of the numbers.
    unsafe { (*left.cast::<i32>()).cmp(&*right.cast::<i32>()) as c_int }
}

#[test]
fn both_ways_lead_to_the_same_frames() {
    let all = || {
        (0..60).for_each(|depth| _ = black_box(deep(depth)));
        (0..20).for_each(|depth| _ = black_box(aligned(depth, [1, 2, 3])));
        (0..20).for_each(|depth| _ = black_box(one_more(depth, [1, 2, 3])));
        let walk: Box<dyn Fn(u32) -> u32> = Box::new(|depth| deep(depth + 1));
        let mut numbers = [3_u32, 1, 2];
        numbers.sort_by_key(|&number| black_box(walk(number)));
        let mut numbers = [5_i32, 3, 9, 1, 7, 8, 8, 2];
        // SAFETY: these are the numbers, and the function compares two of them.
        unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), size_of::<i32>(), Some(order)) };
        assert_eq!(numbers, [1, 2, 3, 5, 7, 8, 8, 9]);
        // While a panic goes up.
        let result = std::panic::catch_unwind(|| {
            let _last = Last(5);
            let _before = black_box(vec![Last(2), Last(3)]);
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(result.is_err());
    };
    all();
    for _ in 0..3 {
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(all))));
    }
    thread_local!(static LAST: RefCell<Option<Last>> = const { RefCell::new(None) });
    std::thread::spawn(|| LAST.set(Some(Last(4)))).join().expect("it ends well");
    assert!(COMPARED.load(Relaxed) > 1000);
}

#[test]
fn another_stack_is_left_to_the_c_library() {
    static LEFT: AtomicU64 = AtomicU64::new(0);
    extern "C" fn handler(_: c_int) {
        let mark = 0_u8;
        let mut frames = [0; MAX_DEPTH];
        if super::trace(&mut frames, ptr::from_ref(&mark).addr()).is_none() {
            LEFT.fetch_add(1, Relaxed);
        }
    }
    let mut stack = vec![0_u8; 1 << 20];
    for flags in [0, libc::SA_ONSTACK] {
        // SAFETY: the stack is there until it is no longer used, and the handler reads its own frames alone.
        unsafe {
            let mut ours: libc::stack_t = std::mem::zeroed();
            (ours.ss_sp, ours.ss_size) = (stack.as_mut_ptr().cast(), stack.len());
            let mut before: libc::stack_t = std::mem::zeroed();
            assert_eq!(libc::sigaltstack(&raw const ours, &raw mut before), 0);
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as *const () as usize;
            action.sa_flags = flags;
            assert_eq!(libc::sigaction(libc::SIGUSR2, &raw const action, ptr::null_mut()), 0);
            libc::raise(libc::SIGUSR2);
            assert_eq!(libc::sigaltstack(&raw const before, ptr::null_mut()), 0);
        }
    }
    // Over the frame that the kernel has made, and from a stack that is not the thread's.
    assert_eq!(LEFT.load(Relaxed), 2);
}

#[test]
fn rules_are_kept_as_they_are() {
    for packed in [
        Rule::Outermost,
        Rule::Unknown,
        Rule::Frame { by_base: false, words: 1, saved: 0 },
        Rule::Frame { by_base: true, words: (1 << 17) - 1, saved: (1 << 10) - 1 },
    ] {
        assert_eq!(Rule::unpack(packed.pack()), packed);
        assert_eq!(packed.pack() >> 30, 0);
    }
    // Many addresses, which drive each other out.
    let start = deep as fn(u32) -> u32 as usize as u64;
    for round in 0..3 {
        for address in start..start + 40_000 {
            if round < 2 || address % 97 == 0 {
                let expected = look_up(address);
                assert_eq!(
                    eventually(|| Some(rule(address)).filter(|rule| *rule == expected)),
                    Some(expected),
                    "{address:x}"
                );
            }
        }
    }
    let (first, second) = (cell(start), cell(start ^ 1));
    assert_eq!((first.0 ^ 1, first.1), second, "only the bit of the second cell tells them apart");
    assert_eq!(look_up(8), Rule::Unknown);
}
