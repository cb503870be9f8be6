//! How much is live, over time.

mod csv;
mod data;
mod layout;
mod sample;
mod svg;

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use self::sample::{Event, Mark, Sample};

use self::data::{Note, Shared};
use crate::counters;
use crate::lock::Lock;
use crate::untracked::Untracked;

/// More often than this nothing is sampled.
const SHORTEST: Duration = Duration::from_micros(100);

/// The live bytes of the process, sampled from now on by a thread of its own, and what was marked.
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
/// let mut plot = Vec::new();
/// timeline.write_svg(&mut plot)?;
/// timeline.write_csv(&mut std::io::sink())?;
///
/// let marks = timeline.marks();
/// assert_eq!((marks[0].name.as_str(), marks[1].name.as_str()), ("read", "split"));
/// assert!(marks[1].live >= marks[0].live + 300_000 * size_of::<&str>() as u64);
/// # drop(words);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// What comes and goes between two samples is not seen; [`process`](crate::process()) knows the highest amount there ever was. At
/// most 8,192 samples are kept: when there are more, of each two neighbours the one with less is forgotten, and from then on the
/// highest of twice as many as before is kept. The first sample and the last one always stay. Of marks the first 4,096 are kept.
///
/// Samples, marks and plots are the tracker's own memory, and not in the figures. The thread itself counts as the program's, with
/// some hundred bytes while it runs. If the system has no thread to give, marks are all that is sampled.
#[derive(Debug)]
#[must_use = "a timeline ends when it is dropped"]
pub struct Timeline {
    shared: Untracked<Arc<Shared>>,
    sampler: Option<JoinHandle<()>>,
}

/// The timelines that have not ended.
static RUNNING: Lock<Vec<Arc<Shared>>> = Lock::new(Vec::new());
/// How many timelines run, and how many of them mark scopes.
static TIMELINES: AtomicUsize = AtomicUsize::new(0);
static WITH_SCOPES: AtomicUsize = AtomicUsize::new(0);

impl Timeline {
    /// Begins to take a sample at each interval, which is at least 100 µs.
    pub fn start(interval: Duration) -> Self {
        let shared = Untracked::new(|| Arc::new(Shared::new()));
        counters::untracked(|| RUNNING.lock().push(Arc::clone(&shared)));
        TIMELINES.fetch_add(1, Release);
        let samplers = Untracked::clone(&shared);
        let sampler = thread::Builder::new().name("timeline".into()).spawn(move || {
            // All that happens here is the tracker's own.
            counters::untracked(|| sample(&samplers, interval.max(SHORTEST)));
        });
        Self { shared, sampler: sampler.ok() }
    }

    /// Marks where scopes begin and end, too.
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
        if self.shared.wants_scopes() {
            WITH_SCOPES.fetch_sub(1, Release);
        }
        counters::untracked(|| RUNNING.lock().retain(|running| !Arc::ptr_eq(running, &self.shared)));
        if let Some(sampler) = self.sampler.take() {
            sampler.thread().unpark();
            // It cannot panic; and if it did, that would be no reason for others to do so.
            drop(sampler.join());
        }
    }

    /// The samples so far, in the order of time, of which the last is taken now unless the timeline was stopped.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        let record = self.record();
        record.samples.clone()
    }

    /// The marks so far, in the order of time.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let record = self.record();
        record.marks.iter().map(Note::to_mark).collect()
    }

    /// How many marks were not kept, since there were too many.
    #[must_use]
    pub fn marks_left_out(&self) -> u64 {
        self.record().left_out
    }

    /// Writes all samples and marks as comma-separated values, with the columns `seconds`, `live_bytes`, `event` and `name`.
    ///
    /// The event is `sample`, `mark`, `begin` or `end`, and the name that of the mark or scope.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut impl io::Write) -> io::Result<()> {
        let record = self.record();
        let text = Untracked::new(|| csv::text(&record));
        out.write_all(text.as_bytes())
    }

    /// Draws a picture for browsers and documents, light or dark as the reader prefers.
    ///
    /// Of the names of marks at the same place those that would overlap others are left out; they are in the picture's tooltips.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_svg(&self, out: &mut impl io::Write) -> io::Result<()> {
        let record = self.record();
        let text = Untracked::new(|| svg::text(&record));
        out.write_all(text.as_bytes())
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

/// Marks this moment, in all timelines there are. Costs next to nothing if there is none.
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
        each(|timeline| timeline.mark(Event::Mark, name));
    }
}

#[inline]
pub(crate) fn scope_begins(name: &str) {
    if WITH_SCOPES.load(Acquire) > 0 {
        mark_scope(Event::Begin, name);
    }
}

#[inline]
pub(crate) fn scope_ends(name: &str) {
    if WITH_SCOPES.load(Acquire) > 0 {
        mark_scope(Event::End, name);
    }
}

#[cold]
fn mark_scope(event: Event, name: &str) {
    each(|timeline| {
        if timeline.wants_scopes() {
            timeline.mark(event, name);
        }
    });
}

fn each(mut work: impl FnMut(&Shared)) {
    let running = Untracked::new(|| RUNNING.lock().clone());
    running.iter().for_each(|timeline| work(timeline));
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
        // Those that were missed are not made up for.
        next = (next + interval).max(now);
    }
}
