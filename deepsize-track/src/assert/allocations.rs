use std::fmt;

#[cfg(feature = "sites")]
use super::rows;
use super::{Check, Usage};
use crate::units::{ByteCount, Count};
use crate::untracked::Untracked;

/// Runs an expression and asserts limits on its allocations. Returns its value.
///
/// A limit is a comparison, `<=`, `<` or `==`, with a `usize`:
///
/// | limit | compares |
/// | --- | --- |
/// | `<= 4096` or `bytes <= 4096` | the bytes allocated, including those freed again |
/// | `blocks <= 3` | the number of blocks allocated, including those freed again |
/// | `reallocations == 0` | the number of times that a block was resized |
/// | `peak <= 4096` | the highest number of live bytes, above those at the start |
/// | `net == 0` | the bytes allocated minus the bytes freed |
///
/// A resized block counts as freed with its old size, and as allocated with its new one.
///
/// Only this thread's allocations count, so tests may run in parallel. Threads that the expression spawns do not count. Temporary values of the
/// expression are dropped before the comparison, its value is not.
///
/// Run code that allocates only once, such as the initializer of a lazy static, before the assertion.
///
/// # Panics
///
/// Panics if a limit does not hold, with the measured figures. With the feature `sites`, the call sites of the allocations follow,
/// most bytes first. Therefore, all blocks are recorded while the expression runs.
///
/// It also panics if the program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator).
///
/// # Examples
///
/// ```
/// use deep_size_track::{TrackingAllocator, assert_allocations};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let text = "a b c";
/// let words = assert_allocations!(
///     text.split(' ').map(String::from).collect::<Vec<_>>(),
///     <= 200,
///     blocks == 1 + 3,
///     peak <= 200,
/// );
/// assert_eq!(words.len(), 3);
/// ```
///
/// ```text
/// the allocations of `read("a.txt")` are outside their limits
///   bytes <= 4.0 KiB (4,096 B): fails with 5.1 KiB (5,232 B)
///   blocks <= 3: holds with 2
///   5.0 KiB (5,120 B) in 1 block, allocated at src/read.rs:12 (app::read)
///   112 B in 1 block (1 resized), allocated at src/read.rs:20 (app::read)
/// ```
///
/// A message after the limits replaces the expression in the text, as in `assert_allocations!(build(seed), <= 64, "seed {seed}")`.
#[macro_export]
macro_rules! assert_allocations {
    ($code:expr, $($limits:tt)+) => {{
        let mut check = $crate::__private::Check::begin();
        let value = $code;
        check.end();
        $crate::__check_limits!(check, ["`{}`", ::core::stringify!($code)] [] $($limits)+);
        value
    }};
}

/// Runs an expression and asserts that it neither allocates nor resizes a block. Returns its value.
///
/// This is [`assert_allocations!`](crate::assert_allocations) with the limit `blocks == 0`. Frees are allowed.
///
/// # Panics
///
/// Panics like [`assert_allocations!`](crate::assert_allocations).
///
/// # Examples
///
/// ```
/// use deep_size_track::{TrackingAllocator, assert_no_allocation};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let numbers = vec![3, 1, 2];
/// let sum: i32 = assert_no_allocation!(numbers.iter().sum());
/// assert_eq!(sum, 6);
/// ```
#[macro_export]
macro_rules! assert_no_allocation {
    ($code:expr $(, $($message:tt)*)?) => {
        $crate::assert_allocations!($code, blocks == 0 $(, $($message)*)?)
    };
}

/// Parses the limits one by one, then checks them.
#[doc(hidden)]
#[macro_export]
macro_rules! __check_limits {
    (@key bytes) => { ("bytes", true, |usage| usage.allocated_size.into()) };
    (@key blocks) => { ("blocks", false, |usage| usage.allocated_blocks.into()) };
    (@key reallocations) => { ("reallocations", false, |usage| usage.reallocations.into()) };
    (@key peak) => { ("peak", true, |usage| usage.peak_size.into()) };
    (@key net) => { ("net", true, |usage| usage.net_size().into()) };
    (@key $key:ident) => {
        ::core::compile_error!(::core::concat!("unknown limit `", ::core::stringify!($key),
            "`, expected one of `bytes`, `blocks`, `reallocations`, `peak`, `net`"))
    };
    (@comparison <=) => { ("<=", |actual, limit| actual <= limit) };
    (@comparison <) => { ("<", |actual, limit| actual < limit) };
    (@comparison ==) => { ("==", |actual, limit| actual == limit) };
    (@comparison $other:tt) => {
        ::core::compile_error!(::core::concat!("expected `<=`, `<` or `==`, found `", ::core::stringify!($other), "`"))
    };
    ($check:ident, [$($name:tt)+] [$($limits:tt)+] $(,)?) => {
        $check.check(&[$($limits)+], ::core::format_args!($($name)+))
    };
    ($check:ident, $name:tt $limits:tt $message:literal $($arguments:tt)*) => {
        $crate::__check_limits!($check, [$message $($arguments)*] $limits)
    };
    ($check:ident, $name:tt [$($limits:tt)*] $key:ident $comparison:tt $limit:expr $(, $($rest:tt)*)?) => {
        $crate::__check_limits!($check, $name [$($limits)* (
            $crate::__check_limits!(@key $key), $crate::__check_limits!(@comparison $comparison), $limit,
        ),] $($($rest)*)?)
    };
    ($check:ident, $name:tt $limits:tt $comparison:tt $($rest:tt)*) => {
        $crate::__check_limits!($check, $name $limits bytes $comparison $($rest)*)
    };
}

/// A figure with its name and whether it is a size, a comparison with its text, and the limit.
pub(crate) type Limit =
    ((&'static str, bool, fn(&Usage) -> i128), (&'static str, fn(i128, i128) -> bool), usize);

#[doc(hidden)]
impl Check {
    /// Panics if a limit does not hold.
    #[track_caller]
    pub fn check(&self, limits: &[Limit], name: fmt::Arguments<'_>) {
        let mut all_hold = true;
        let lines = Untracked::new(|| {
            let lines = limits.iter().map(|limit| self.line(limit, &mut all_hold)).collect::<String>();
            #[cfg(feature = "sites")]
            let lines = if all_hold { lines } else { lines + self.log.with_traces(rows::of_traces).as_str() };
            lines
        });
        assert!(all_hold, "the allocations of {name} are outside their limits{}", *lines);
    }

    fn line(
        &self,
        &((key, is_size, figure_of), (comparison, holds), limit): &Limit,
        all_hold: &mut bool,
    ) -> String {
        let actual = figure_of(&self.usage);
        let is_kept = holds(actual, limit as i128);
        *all_hold &= is_kept;
        let figure = |number| if is_size { ByteCount(number).to_string() } else { Count(number).to_string() };
        let (expected, verdict) = (figure(limit as u64), if is_kept { "holds" } else { "fails" });
        let (sign, actual) = (if actual < 0 { "-" } else { "" }, figure(actual.unsigned_abs() as u64));
        format!("\n  {key} {comparison} {expected}: {verdict} with {sign}{actual}")
    }
}
