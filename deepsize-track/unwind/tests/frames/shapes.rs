//! Calls functions with frames of many shapes. The fuzzer uses this, too.

use std::cell::RefCell;
use std::hint::black_box;

use crate::compare::compare;

/// The remaining calls: each byte selects the shape of the next frame. Returns the number of compared traces.
pub(crate) type Calls<'c> = &'c [u8];

#[inline(never)]
pub(crate) fn run(calls: Calls<'_>) -> u64 {
    let Some((&shape, rest)) = calls.split_first() else { return u64::from(compare() > 0) };
    black_box(match shape % 16 {
        0 => run(rest) + u64::from(compare() > 0),
        1 => inlined(rest),
        2 => through_closure(&|rest| run(rest), rest),
        3 => match shape / 16 {
            0..4 => generic::<u8>(rest, shape),
            4..8 => generic::<[u64; 40]>(rest, shape),
            _ => generic::<Vec<String>>(rest, shape),
        },
        4 => through_trait(if shape < 128 { &Small(3) } else { &Large([5; 100]) }, rest),
        5 => large::<3_000>(rest),
        6 => large::<90_000>(rest),
        7 => aligned(rest, [u64::from(shape), 2, 3]),
        8 => many_arguments(rest, [1.5, 2.5], 3, 4, 5, 6, 7, 8, 9),
        9 => foreign(rest),
        10 => [rest].into_iter().map(run).fold(0, |sum, more| sum + black_box(more)),
        11 => sorted(rest),
        12 => dropped(rest, false),
        13 => dropped(rest, true),
        14 => std::thread::scope(|scope| scope.spawn(|| run(rest)).join().expect("no thread panics")),
        _ => at_exit(rest),
    })
}

#[inline(always)]
fn inlined(rest: Calls<'_>) -> u64 {
    #[inline(always)]
    fn more(rest: Calls<'_>) -> u64 {
        let pair = black_box([run(rest), 1]);
        pair[0] * pair[1]
    }
    black_box(more(rest)) + u64::from(compare() > 0)
}

#[inline(never)]
fn through_closure(call: &dyn Fn(Calls<'_>) -> u64, rest: Calls<'_>) -> u64 {
    let boxed: Box<dyn FnOnce() -> u64 + '_> =
        Box::new(move || black_box(call(rest)) + u64::from(compare() > 0));
    black_box(boxed())
}

#[inline(never)]
fn generic<T: Clone + Filled>(rest: Calls<'_>, times: u8) -> u64 {
    let value = black_box([T::filled(), T::filled()]);
    let sum = if times % 16 == 3 { generic::<T>(rest, times - 1) } else { run(rest) };
    black_box(value.clone());
    sum
}

trait Filled {
    fn filled() -> Self;
}

impl Filled for u8 {
    fn filled() -> Self {
        7
    }
}

impl Filled for [u64; 40] {
    fn filled() -> Self {
        [7; 40]
    }
}

impl Filled for Vec<String> {
    fn filled() -> Self {
        vec!["seven".into()]
    }
}

trait Shape {
    fn call(&self, rest: Calls<'_>) -> u64;
}

struct Small(u64);
struct Large([u64; 100]);

impl Shape for Small {
    fn call(&self, rest: Calls<'_>) -> u64 {
        black_box(run(rest)) + black_box(self.0) - 3
    }
}

impl Shape for Large {
    fn call(&self, rest: Calls<'_>) -> u64 {
        let copy = black_box(self.0);
        black_box(run(rest)) + copy[99] - 5
    }
}

#[inline(never)]
fn through_trait(shape: &dyn Shape, rest: Calls<'_>) -> u64 {
    black_box(black_box(shape).call(rest))
}

#[inline(never)]
fn large<const SIZE: usize>(rest: Calls<'_>) -> u64 {
    let wide = black_box([1_u8; SIZE]);
    black_box(run(rest)) * u64::from(wide[SIZE - 1])
}

/// Makes frames that are realigned, with a base pointer.
#[repr(align(256))]
struct Aligned([u8; 300]);

#[inline(never)]
fn aligned(rest: Calls<'_>, odd: [u64; 3]) -> u64 {
    let wide = black_box(Aligned([odd[0] as u8; 300]));
    let sum = black_box(run(rest));
    sum + black_box(odd[1]) + u64::from(wide.0[7]) - (odd[0] & 255) - 2
}

/// Passes arguments on the stack, and keeps many values during the call.
#[inline(never)]
#[expect(clippy::too_many_arguments, reason = "some of them are on the stack")]
fn many_arguments(
    rest: Calls<'_>,
    f: [f64; 2],
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    g: u64,
    h: u64,
) -> u64 {
    let kept = black_box([a, b, c, d, e, g, h]);
    let sum = black_box(run(rest));
    black_box((a ^ b, c ^ d, e ^ g, h, f[0] * f[1], kept));
    sum
}

/// Calls back from C.
#[cfg(unix)]
#[inline(never)]
fn foreign(rest: Calls<'_>) -> u64 {
    use std::ffi::{c_int, c_void};
    thread_local!(static REST: RefCell<(Vec<u8>, u64)> = const { RefCell::new((Vec::new(), 0)) });
    extern "C" fn order(left: *const c_void, right: *const c_void) -> c_int {
        // Only the first comparison continues.
        let rest = REST.with_borrow_mut(|rest| std::mem::take(&mut rest.0));
        let sum = run(&rest);
        REST.with_borrow_mut(|rest| rest.1 += sum);
        #[expect(unsafe_code, reason = "a callback")]
        // SAFETY: the C library passes two elements of the array.
        unsafe {
            (*left.cast::<i32>()).cmp(&*right.cast::<i32>()) as c_int
        }
    }
    let before = REST.replace((rest.to_vec(), 0));
    let mut numbers = [5_i32, 3, 9, 1];
    #[expect(unsafe_code, reason = "calls the C library")]
    // SAFETY: the arguments describe the array, and `order` compares two of its elements.
    unsafe {
        libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), size_of::<i32>(), Some(order));
    }
    REST.replace(before).1
}

#[cfg(not(unix))]
fn foreign(rest: Calls<'_>) -> u64 {
    run(rest)
}

#[inline(never)]
fn sorted(rest: Calls<'_>) -> u64 {
    let mut sum = 0;
    let mut rest = Some(rest);
    let mut numbers = [3_u32, 1, 2];
    numbers.sort_by_key(|&number| {
        sum += rest.take().map_or(0, |rest| black_box(run(rest)));
        number
    });
    sum
}

struct Last<'c>(Calls<'c>, &'c RefCell<u64>);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        *self.1.borrow_mut() += black_box(run(self.0));
    }
}

/// Continues in a destructor, during a panic if `unwinds`.
#[inline(never)]
fn dropped(rest: Calls<'_>, unwinds: bool) -> u64 {
    let sum = RefCell::new(0);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _last = Last(rest, &sum);
        if unwinds {
            // A panic in a destructor that runs during a panic aborts the program.
            std::panic::resume_unwind(Box::new(()));
        }
    }));
    assert_eq!(result.is_err(), unwinds);
    sum.into_inner()
}

/// Continues in a destructor at the end of a thread.
fn at_exit(rest: Calls<'_>) -> u64 {
    struct AtExit(Vec<u8>, std::sync::mpsc::Sender<u64>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            self.1.send(run(&self.0)).expect("the receiver waits");
        }
    }
    thread_local!(static LAST: RefCell<Option<AtExit>> = const { RefCell::new(None) });
    let (sender, receiver) = std::sync::mpsc::channel();
    let rest = rest.to_vec();
    std::thread::spawn(|| LAST.set(Some(AtExit(rest, sender)))).join().expect("no thread panics");
    receiver.recv().expect("the destructor has run")
}
