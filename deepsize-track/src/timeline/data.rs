//! The samples and marks of a timeline, limited in number.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};

use super::sample::{Event, Mark, Sample};
use crate::counters;
use crate::lock::Lock;
use crate::peaks::Watch;
use crate::resident::resident_size;

pub(super) const MAX_SAMPLES: usize = 8192;
pub(super) const MAX_MARKS: usize = 4096;

/// The number of threads that marked anything.
static THREADS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The number of this thread. It has no destructor, so it can be read until the thread is gone.
    static THREAD: u64 = THREADS.fetch_add(1, Relaxed) + 1;
}

#[derive(Debug)]
pub(super) struct Shared {
    began: Instant,
    is_over: AtomicBool,
    marks_scopes: AtomicBool,
    /// Finds the peaks between samples.
    watch: Watch,
    data: Lock<Data>,
}

#[derive(Debug)]
struct Data {
    first: Sample,
    last: Sample,
    samples: Vec<Sample>,
    /// One of this many samples is kept.
    stride: usize,
    /// The number of samples that are joined in the last kept one.
    joined: usize,
    marks: Vec<Mark>,
    dropped_marks: u64,
}

/// A copy of the samples and marks.
pub(super) struct Contents {
    /// At least one.
    pub(super) samples: Vec<Sample>,
    pub(super) marks: Vec<Mark>,
    pub(super) dropped_marks: u64,
}

impl Shared {
    pub(super) fn new() -> Self {
        let (at, live_size) = (Duration::ZERO, live_size());
        let first = Sample { at, live_size, peak_size: live_size, resident_size: resident_size() };
        Self {
            began: Instant::now(),
            is_over: AtomicBool::new(false),
            marks_scopes: AtomicBool::new(false),
            watch: Watch::begin(),
            data: Lock::new(Data::new(first)),
        }
    }

    /// Call it while the lock is held, so that samples and marks are in order.
    fn now(&self, peak: fn(&Watch) -> i64) -> Sample {
        let (at, live_size) = (self.began.elapsed(), live_size());
        let peak = u64::try_from(peak(&self.watch)).unwrap_or(0);
        Sample { at, live_size, peak_size: live_size.max(peak), resident_size: resident_size() }
    }

    pub(super) fn sample(&self) {
        let mut data = self.data.lock();
        if !self.is_over() {
            let now = self.now(Watch::take_peak);
            counters::untracked(|| data.add(now));
        }
    }

    pub(super) fn mark(&self, event: Event, name: &str) {
        let mut data = self.data.lock();
        if !self.is_over() {
            // Reading the resident size would make marks slow.
            let (at, live_size) = (self.began.elapsed(), live_size());
            counters::untracked(|| data.mark(at, live_size, event, name));
        }
    }

    /// Also marks scopes from now on. `true` if it did not before.
    pub(super) fn watch_scopes(&self) -> bool {
        !self.marks_scopes.swap(true, AcqRel)
    }

    pub(super) fn marks_scopes(&self) -> bool {
        self.marks_scopes.load(Acquire)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Acquire)
    }

    /// Ends the timeline. `true` if it had not ended before.
    pub(super) fn end(&self) -> bool {
        let mut data = self.data.lock();
        if self.is_over() {
            return false;
        }
        data.last = self.now(Watch::peak);
        self.is_over.store(true, Release);
        true
    }

    pub(super) fn record(&self) -> Contents {
        let mut data = self.data.lock();
        if !self.is_over() {
            data.last = self.now(Watch::peak);
        }
        let mut samples = Vec::with_capacity(data.samples.len() + 2);
        samples.push(data.first);
        samples.extend_from_slice(&data.samples);
        samples.push(data.last);
        samples.dedup_by_key(|sample| sample.at);
        Contents { samples, marks: data.marks.clone(), dropped_marks: data.dropped_marks }
    }
}

impl Data {
    fn new(first: Sample) -> Self {
        Self {
            first,
            last: first,
            samples: Vec::new(),
            stride: 1,
            joined: 1,
            marks: Vec::new(),
            dropped_marks: 0,
        }
    }

    fn add(&mut self, sample: Sample) {
        self.last = sample;
        if let Some(last) = self.samples.last_mut().filter(|_| self.joined < self.stride) {
            *last = highest(*last, sample);
            self.joined += 1;
            return;
        }
        if self.samples.len() >= MAX_SAMPLES {
            halve(&mut self.samples);
            self.stride = self.stride.saturating_mul(2);
        }
        // If memory is short, the sample is left out.
        if self.samples.try_reserve(1).is_ok() {
            self.samples.push(sample);
            self.joined = 1;
        }
    }

    fn mark(&mut self, at: Duration, live_size: u64, event: Event, name: &str) {
        if self.marks.len() >= MAX_MARKS || self.marks.try_reserve(1).is_err() {
            self.dropped_marks += 1;
            return;
        }
        let thread = THREAD.with(|&thread| thread);
        self.marks.push(Mark { at, live_size, event, name: name.into(), thread });
    }
}

/// Joins each pair of samples.
fn halve(samples: &mut Vec<Sample>) {
    let pairs = samples.len().div_ceil(2);
    for pair in 0..pairs {
        let (left, right) = (samples[2 * pair], samples.get(2 * pair + 1).copied());
        samples[pair] = right.map_or(left, |right| highest(left, right));
    }
    samples.truncate(pairs);
}

/// The sample with more live bytes, with the peak and the larger resident size of both.
fn highest(left: Sample, right: Sample) -> Sample {
    let higher = if right.live_size > left.live_size { right } else { left };
    let peak_size = left.peak_size.max(right.peak_size);
    Sample { peak_size, resident_size: left.resident_size.max(right.resident_size), ..higher }
}

fn live_size() -> u64 {
    u64::try_from(counters::process_counts().net_size()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64, live_size: u64) -> Sample {
        Sample { at: Duration::from_millis(at), live_size, peak_size: live_size, resident_size: None }
    }

    #[test]
    fn of_a_million_samples_few_are_kept_and_the_highest_is_one_of_them() {
        let mut data = Data::new(sample(0, 7));
        for at in 1..1_000_000 {
            let live = if at == 654_321 { 1_000_000 } else { at % 1000 };
            data.add(sample(at, live));
        }
        assert!((MAX_SAMPLES / 2..=MAX_SAMPLES).contains(&data.samples.len()), "{}", data.samples.len());
        assert!(data.samples.contains(&sample(654_321, 1_000_000)));
        assert!(data.samples.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert_eq!(data.stride, 128);
        // Each is the highest of its 128 samples. The last group is incomplete.
        assert_eq!(data.samples.iter().filter(|sample| sample.live_size == 999).count(), 1000);
        assert_eq!(data.samples.last(), Some(&sample(999_999, 999)));
        assert_eq!((data.first, data.last), (sample(0, 7), sample(999_999, 999)));
    }

    #[test]
    fn a_sample_without_a_partner_is_kept() {
        let mut samples = vec![sample(0, 3), sample(1, 5), sample(2, 5), sample(3, 5), sample(4, 0)];
        halve(&mut samples);
        assert_eq!(samples, [sample(1, 5), sample(2, 5), sample(4, 0)]);
        samples[0].resident_size = Some(7);
        halve(&mut samples);
        assert_eq!(samples, [Sample { resident_size: Some(7), ..sample(1, 5) }, sample(4, 0)]);
    }

    #[test]
    fn dropped_marks_are_counted() {
        let mut data = Data::new(sample(0, 0));
        for at in 0..MAX_MARKS as u64 + 5 {
            data.mark(Duration::from_millis(at), 0, Event::Mark, "same");
        }
        assert_eq!((data.marks.len(), data.dropped_marks), (MAX_MARKS, 5));
    }
}
