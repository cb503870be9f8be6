//! Tells how far a long walk has come.

use core::fmt;
use std::time::{Duration, Instant};

/// How far a walk has come, as a callback given to [`Inspector::on_progress`] is told.
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
    /// The values met so far; those that own nothing and lie side by side are met as one.
    pub value_count: usize,
    /// The bytes counted so far.
    pub size: usize,
    /// Since the walk began.
    pub elapsed: Duration,
}

/// What the callback is.
pub(crate) type Callback<'p> = dyn FnMut(&Progress) + 'p;

/// The time before the first call, and between two.
const INTERVAL: Duration = Duration::from_millis(100);

/// How many values are met between two looks at the clock; a few hundred microseconds.
pub(crate) const VALUES_PER_LOOK: u32 = 1 << 14;

/// Calls back at a bounded rate.
pub(crate) struct Pacer<'p> {
    callback: &'p mut Callback<'p>,
    start: Instant,
    next: Duration,
}

impl<'p> Pacer<'p> {
    pub(crate) fn new(callback: &'p mut Callback<'p>) -> Self {
        Self { callback, start: Instant::now(), next: INTERVAL }
    }

    /// Calls back if it is time to.
    #[cold]
    pub(crate) fn look(&mut self, values: usize, bytes: usize) {
        let elapsed = self.start.elapsed();
        if elapsed >= self.next {
            (self.callback)(&Progress { value_count: values, size: bytes, elapsed });
            // The time that the callback took does not count, so that a slow one does not take all of it.
            self.next = self.start.elapsed() + INTERVAL;
        }
    }
}

impl fmt::Debug for Pacer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pacer").field("next", &self.next).finish_non_exhaustive()
    }
}
