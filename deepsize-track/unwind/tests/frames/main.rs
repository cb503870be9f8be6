//! Compares traces of many shapes with `backtrace`.
#![cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    any(target_env = "gnu", target_env = "musl")
))]

#[path = "../compare/mod.rs"]
mod compare;
mod shapes;

use std::ffi::c_int;
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use compare::compare;
use shapes::run;

/// Random calls, at most `depth` deep.
fn random(seed: &mut u64, depth: u64) -> Vec<u8> {
    let mut next = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *seed >> 33
    };
    (0..next() % depth).map(|_| next() as u8).collect()
}

const _: () = assert!(deep_size_unwind::IS_SUPPORTED);

#[test]
fn every_shape_of_frame_has_the_same_trace() {
    for shape in 0..=255 {
        assert!(run(&[shape]) > 0, "{shape}");
        assert!(run(&[shape, shape.wrapping_mul(7), shape]) > 0, "{shape}");
    }
}

#[test]
fn random_calls_on_many_threads_have_the_same_traces() {
    std::thread::scope(|scope| {
        for seed in 1..=4 {
            scope.spawn(move || {
                let mut seed = seed;
                (0..200).for_each(|_| assert!(run(&random(&mut seed, 60)) > 0));
            });
        }
    });
}

#[test]
fn a_trace_ends_when_the_frames_are_full() {
    #[inline(never)]
    fn deep(depth: u32) -> usize {
        if depth == 0 { compare() } else { black_box(deep(black_box(depth) - 1)) }
    }
    assert_eq!(deep(200), 128);
    assert_eq!(deep_size_unwind::trace(&mut [], 0), Some(0));
}

#[test]
fn small_stacks_suffice() {
    let small = std::thread::Builder::new().stack_size(48 << 10);
    small
        .spawn(|| assert!(run(&[0, 4, 7]) > 0))
        .expect("there is memory for a thread")
        .join()
        .expect("the traces agree");
}

static BEFORE_MAIN: AtomicU64 = AtomicU64::new(0);

#[expect(unsafe_code, reason = "the section is called before `main`")]
// SAFETY: the section has pointers to functions.
#[unsafe(link_section = ".init_array")]
#[used]
static AT_START: extern "C" fn() = {
    extern "C" fn at_start() {
        // The stack of the main thread grows after the first trace.
        BEFORE_MAIN.store(run(&[0, 4, 7]) + run(&[6; 30]), Relaxed);
    }
    at_start
};

#[test]
fn code_before_main_has_the_same_traces() {
    assert!(BEFORE_MAIN.load(Relaxed) > 0);
}

#[test]
fn foreign_stacks_are_left_to_other_unwinders() {
    static LEFT: AtomicU64 = AtomicU64::new(0);
    extern "C" fn handler(_: c_int) {
        let mark = 0_u8;
        if deep_size_unwind::trace(&mut [0; 128], ptr::from_ref(&mark).addr()).is_none() {
            LEFT.fetch_add(1, Relaxed);
        }
    }
    let mut stack = vec![0_u8; 1 << 20];
    for flags in [0, libc::SA_ONSTACK] {
        #[expect(unsafe_code, reason = "installs a signal handler")]
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
