//! Compares traces of the fast unwinder with traces of the C library.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::{Rule, cell, look_up, rule};
use crate::sites::{self, MAX_DEPTH};

/// Retries for a minute: while another thread looks up an address, new addresses are left to the C library.
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

/// The number of compared traces.
static COMPARED: AtomicU64 = AtomicU64::new(0);

/// Asserts that both unwinders find the same frames, starting with the caller.
#[inline(never)]
fn compare() {
    let mark = 0_u8;
    let mark = ptr::from_ref(black_box(&mark)).addr();
    let (mut fast, mut slow) = ([0; MAX_DEPTH], [0; MAX_DEPTH]);
    let found = eventually(|| super::trace(&mut fast, mark)).expect("this code has simple frames");
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

/// Makes frames of dynamic size.
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
    // SAFETY: the C library passes two elements of the array.
    unsafe { (*left.cast::<i32>()).cmp(&*right.cast::<i32>()) as c_int }
}

#[test]
fn both_unwinders_find_the_same_frames() {
    let all = || {
        (0..60).for_each(|depth| _ = black_box(deep(depth)));
        (0..20).for_each(|depth| _ = black_box(aligned(depth, [1, 2, 3])));
        (0..20).for_each(|depth| _ = black_box(one_more(depth, [1, 2, 3])));
        let walk: Box<dyn Fn(u32) -> u32> = Box::new(|depth| deep(depth + 1));
        let mut numbers = [3_u32, 1, 2];
        numbers.sort_by_key(|&number| black_box(walk(number)));
        let mut numbers = [5_i32, 3, 9, 1, 7, 8, 8, 2];
        // SAFETY: the arguments describe the array, and `order` compares two of its elements.
        unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), size_of::<i32>(), Some(order)) };
        assert_eq!(numbers, [1, 2, 3, 5, 7, 8, 8, 9]);
        // During the unwinding of a panic.
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
    std::thread::spawn(|| LAST.set(Some(Last(4)))).join().expect("the thread does not panic");
    assert!(COMPARED.load(Relaxed) > 1000);
}

#[test]
fn foreign_stacks_are_left_to_the_c_library() {
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
        // SAFETY: the stack outlives its use, and the handler reads only its own frames.
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
    // Once across the kernel's signal frame, and once from a stack that is not the thread's.
    assert_eq!(LEFT.load(Relaxed), 2);
}

#[test]
fn rules_survive_packing_and_caching() {
    for packed in [
        Rule::Outermost,
        Rule::Unknown,
        Rule::Frame { by_base: false, words: 1, saved: 0 },
        Rule::Frame { by_base: true, words: (1 << 17) - 1, saved: (1 << 10) - 1 },
    ] {
        assert_eq!(Rule::unpack(packed.pack()), packed);
        assert_eq!(packed.pack() >> 30, 0);
    }
    // More addresses than cells, so that they evict each other.
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
    assert_eq!((first.0 ^ 1, first.1), second, "only the bit of the second cell distinguishes them");
    assert_eq!(look_up(8), Rule::Unknown);
}
