//! Reports the progress of a long walk.

use core::fmt;
use std::time::{Duration, Instant};

/// The progress of a walk, passed to the callback of [`Inspector::on_progress`].
///
/// # Examples
///
/// ```
/// use deep_size::inspect::Progress;
///
/// fn values_a_second(progress: &Progress) -> f64 {
///     progress.value_count as f64 / progress.elapsed.as_secs_f64()
/// }
/// # let mut inspector = deep_size::Inspector::new().on_progress(|progress| println!("{}", values_a_second(progress)));
/// # assert_eq!(inspector.inspect(&1_u8).deep_size(), 1);
/// ```
///
/// [`Inspector::on_progress`]: crate::Inspector::on_progress
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of values visited so far. Adjacent values that own nothing count as one.
    pub value_count: usize,
    /// The bytes counted so far.
    pub size: usize,
    /// The time since the walk began.
    pub elapsed: Duration,
}

pub(crate) type Callback<'p> = dyn FnMut(&Progress) + 'p;

/// The time before the first call, and between calls.
const INTERVAL: Duration = Duration::from_millis(100);

/// The number of values between two reads of the clock: a few hundred microseconds.
pub(crate) const VALUES_PER_LOOK: u32 = 1 << 14;

/// Calls the callback at a bounded rate.
pub(crate) struct Pacer<'p> {
    callback: &'p mut Callback<'p>,
    start: Instant,
    next: Duration,
}

impl<'p> Pacer<'p> {
    pub(crate) fn new(callback: &'p mut Callback<'p>) -> Self {
        Self { callback, start: Instant::now(), next: INTERVAL }
    }

    /// Calls the callback if the interval has passed.
    #[cold]
    pub(crate) fn look(&mut self, values: usize, bytes: usize) {
        let elapsed = self.start.elapsed();
        if elapsed >= self.next {
            (self.callback)(&Progress { value_count: values, size: bytes, elapsed });
            // The interval starts after the callback, so a slow callback cannot take all the time.
            self.next = self.start.elapsed() + INTERVAL;
        }
    }
}

impl fmt::Debug for Pacer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pacer").field("next", &self.next).finish_non_exhaustive()
    }
}
