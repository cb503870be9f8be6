//! Interleaved sampling: every round runs each contender once, so that noise affects all.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::contender::Who;
use crate::heap::Rng;

/// A type-erased contender.
pub(crate) struct Entrant<V> {
    pub(crate) who: Who,
    pub(crate) measure: Box<dyn Fn(&V) -> usize>,
    /// Whether the figure is computed without reading the elements.
    pub(crate) estimates: bool,
    sample: Box<Sample<V>>,
}

/// The time of a number of calls.
type Sample<V> = dyn Fn(&V, u32) -> Duration;

impl<V> Entrant<V> {
    // Generic, so that the function can be inlined into the loop.
    pub(crate) fn new(who: Who, measure: impl Fn(&V) -> usize + Copy + 'static) -> Self {
        let sample = move |value: &V, calls: u32| {
            let start = Instant::now();
            for _ in 0..calls {
                black_box(measure(black_box(value)));
            }
            start.elapsed()
        };
        Self { who, measure: Box::new(measure), estimates: false, sample: Box::new(sample) }
    }

    /// Whether it is a peer that reads the value.
    pub(crate) fn is_raced(&self) -> bool {
        self.who.is_peer() && !self.estimates
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effort {
    /// The race ends after this time, but not before the minimum number of rounds.
    budget: Duration,
    /// The minimum and maximum number of rounds.
    rounds: (usize, usize),
    /// The approximate length of a sample.
    sample: Duration,
    /// The number of runs of each race.
    pub(crate) passes: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        budget: Duration::from_millis(1_000),
        rounds: (7, 31),
        sample: Duration::from_micros(200),
        passes: 5,
    };
    pub(crate) const QUICK: Self = Self {
        budget: Duration::from_millis(200),
        rounds: (5, 31),
        sample: Duration::from_micros(100),
        passes: 1,
    };

    pub(crate) fn is_quick(self) -> bool {
        self == Self::QUICK
    }
}

/// A peer whose best trial took more than this multiple of the fastest peer's retires.
const SLOW: f64 = 4.0;

/// The number of rounds before slow peers retire.
const TRIALS: usize = 2;

/// The nanoseconds per call of each contender, in each of its rounds.
///
/// Slow peers retire after the trials, because they would leave the others too few rounds for a stable median.
pub(crate) fn rounds<V>(value: &V, entrants: &[Entrant<V>], effort: Effort) -> Vec<Vec<f64>> {
    let calls: Vec<u32> = entrants.iter().map(|entrant| calls_for(value, entrant, effort.sample)).collect();
    let mut times = vec![Vec::new(); entrants.len()];
    let mut order: Vec<usize> = (0..entrants.len()).collect();
    let mut rng = Rng::new(1);
    let mut start = Instant::now();
    let (fewest, most) = effort.rounds;
    for round in 0..most {
        if round == TRIALS {
            let peers = entrants.iter().zip(&times).filter(|(entrant, _)| entrant.is_raced());
            let fastest = peers.map(|(_, times)| least(times)).fold(f64::INFINITY, f64::min);
            order.retain(|&index| !entrants[index].is_raced() || least(&times[index]) <= SLOW * fastest);
            start = Instant::now();
        }
        if round >= fewest && start.elapsed() > effort.budget {
            break;
        }
        // A new order, so that no contender always follows the same one.
        rng.shuffle(&mut order);
        for &index in &order {
            // An untimed call restores the caches after the previous contender.
            black_box((entrants[index].measure)(value));
            let elapsed = (entrants[index].sample)(value, calls[index]);
            times[index].push(elapsed.as_nanos() as f64 / f64::from(calls[index]));
        }
    }
    times
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The number of calls in a sample of this length.
fn calls_for<V>(value: &V, entrant: &Entrant<V>, length: Duration) -> u32 {
    let mut calls = 1_u32;
    loop {
        let elapsed = (entrant.sample)(value, calls);
        if elapsed * 2 >= length || calls >= 1 << 20 {
            let per_call = elapsed.as_secs_f64() / f64::from(calls);
            return ((length.as_secs_f64() / per_call) as u32).clamp(1, 1 << 20);
        }
        calls *= 4;
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// The geometric mean of ratios.
pub(crate) fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) =
        ratios.into_iter().fold((0.0, 0.0), |(sum, count), ratio| (sum + ratio.ln(), count + 1.0));
    (sum / count).exp()
}
