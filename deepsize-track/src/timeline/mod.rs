//! Live memory over time.

mod csv;
mod data;
#[cfg(feature = "html")]
mod html;
mod sample;

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use self::sample::{Event, Mark, Sample};

use self::data::Shared;
use crate::counters;
use crate::lock::Lock;
use crate::untracked::{Untracked, write};

const MIN_INTERVAL: Duration = Duration::from_micros(100);

/// Samples the live and the resident bytes of the process on a separate thread, and records marks.
///
/// Each sample has the peak since the sample before. Up to 64 timelines and [regions](crate::ProcessRegion) at once have peaks.
///
/// At most 8,192 samples are kept. When there are more, the lower one of each pair is dropped, and its peak is kept. From then on,
/// each kept sample is the highest of twice as many. The first and the last sample always stay. The first 4,096 marks are kept.
///
/// Samples, marks and pages are the tracker's own memory, and not in the figures. The sampling thread counts as the program's, with
/// some hundred bytes while it runs. If the system cannot start it, only marks are sampled.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use deep_size_track::{Timeline, TrackingAllocator, mark};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let timeline = Timeline::start(Duration::from_millis(1));
/// let text = "1 2 3 ".repeat(100_000);
/// mark("read");
/// let words: Vec<&str> = text.split(' ').collect();
/// mark("split");
/// let mut table = Vec::new();
/// timeline.write_csv(&mut table)?;
/// # #[cfg(feature = "html")]
/// timeline.write_html(std::io::sink())?;
///
/// let marks = timeline.marks();
/// assert_eq!((marks[0].name.as_str(), marks[1].name.as_str()), ("read", "split"));
/// assert!(marks[1].live_size >= marks[0].live_size + 300_000 * size_of::<&str>() as u64);
/// # drop(words);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a timeline ends when it is dropped"]
#[doc(alias("memory profiler", "memory usage"))]
pub struct Timeline {
    shared: Untracked<Arc<Shared>>,
    sampler: Option<JoinHandle<()>>,
}

/// The running timelines.
static RUNNING: Lock<Vec<Arc<Shared>>> = Lock::new(Vec::new());
/// The number of running timelines, and the number of those that mark scopes.
static TIMELINES: AtomicUsize = AtomicUsize::new(0);
static WITH_SCOPES: AtomicUsize = AtomicUsize::new(0);

impl Timeline {
    /// Begins to take a sample every `interval`, which is at least 100 µs.
    pub fn start(interval: Duration) -> Self {
        let shared = Untracked::new(|| Arc::new(Shared::new()));
        counters::untracked(|| RUNNING.lock().push(Arc::clone(&shared)));
        TIMELINES.fetch_add(1, Release);
        let samplers = Untracked::clone(&shared);
        let sampler = thread::Builder::new().name("timeline".into()).spawn(move || {
            counters::untracked(|| sample(&samplers, interval.max(MIN_INTERVAL)));
        });
        Self { shared, sampler: sampler.ok() }
    }

    /// Also marks the start and the end of each [`Scope`](crate::Scope).
    pub fn with_scopes(self) -> Self {
        if !self.shared.is_over() && self.shared.watch_scopes() {
            WITH_SCOPES.fetch_add(1, Release);
        }
        self
    }

    /// Marks this moment, in this timeline only. See [`mark`].
    pub fn mark(&self, name: &str) {
        self.shared.mark(Event::Mark, name);
    }

    /// Takes the last sample. Dropping the timeline does the same.
    pub fn stop(&mut self) {
        if !self.shared.end() {
            return;
        }
        TIMELINES.fetch_sub(1, Release);
        if self.shared.marks_scopes() {
            WITH_SCOPES.fetch_sub(1, Release);
        }
        counters::untracked(|| RUNNING.lock().retain(|running| !Arc::ptr_eq(running, &self.shared)));
        if let Some(sampler) = self.sampler.take() {
            sampler.thread().unpark();
            // A panic of the sampling thread must not reach the caller.
            drop(sampler.join());
        }
    }

    /// The samples so far, in order of time. The last one is taken now, unless the timeline was stopped.
    pub fn samples(&self) -> Vec<Sample> {
        let record = self.record();
        record.samples.clone()
    }

    /// The marks so far, in order of time.
    pub fn marks(&self) -> Vec<Mark> {
        let record = self.record();
        record.marks.clone()
    }

    /// The number of marks that were dropped, because 4,096 were kept or memory was short.
    pub fn dropped_mark_count(&self) -> u64 {
        self.record().dropped_marks
    }

    /// Writes all samples and marks as comma-separated values, with the columns `seconds`, `live_bytes`, `peak_bytes`,
    /// `resident_bytes`, `event`, `name` and `thread`.
    ///
    /// The event is `sample`, `mark`, `begin` or `end`. Marks have no resident bytes, and samples no thread. The name is the name of the mark or scope, with invisible characters escaped as in
    /// Rust source. A name that begins with `=`, `+`, `-` or `@` is prefixed with an apostrophe, so that no spreadsheet
    /// evaluates it.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || csv::table(&self.shared.record()).csv())
    }

    /// Writes a single HTML page: a plot of live, peak and resident bytes, and a table of marks.
    ///
    /// Marks are vertical lines. Scopes are brackets below the plot, grouped by thread, inner scopes below outer ones. The page shows
    /// the figures of each sample and mark to the byte. It needs neither network nor server.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg(feature = "html")]
    pub fn write_html(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || html::text(&self.shared.record()))
    }

    fn record(&self) -> Untracked<data::Contents> {
        Untracked::new(|| self.shared.record())
    }
}

impl Drop for Timeline {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Marks this moment in all running timelines. Costs one atomic load if there is none.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use deep_size_track::{Event, Timeline, mark};
/// let timeline = Timeline::start(Duration::from_millis(10));
/// mark("parsed");
/// assert_eq!(timeline.marks()[0].event, Event::Mark);
/// ```
pub fn mark(name: &str) {
    if TIMELINES.load(Acquire) > 0 {
        mark_each(Event::Mark, name);
    }
}

/// Marks the start or the end of a scope in the timelines that want it.
#[inline]
pub(crate) fn mark_scope(event: Event, name: &str) {
    if WITH_SCOPES.load(Acquire) > 0 {
        mark_each(event, name);
    }
}

#[cold]
fn mark_each(event: Event, name: &str) {
    let running = Untracked::new(|| RUNNING.lock().clone());
    let is_marked = |timeline: &&Arc<Shared>| event == Event::Mark || timeline.marks_scopes();
    running.iter().filter(is_marked).for_each(|timeline| timeline.mark(event, name));
}

/// Takes samples until the timeline ends.
fn sample(timeline: &Shared, interval: Duration) {
    let mut next = Instant::now() + interval;
    while !timeline.is_over() {
        let now = Instant::now();
        if now < next {
            thread::park_timeout(next - now);
            continue;
        }
        timeline.sample();
        // Missed samples are skipped.
        next = (next + interval).max(now);
    }
}
