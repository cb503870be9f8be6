//! Interleaved sampling: every round runs each contender once, so that noise hits all of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::contender::Who;
use crate::heap::Rng;

/// A contender with the type of its adapter forgotten.
pub(crate) struct Entrant<V> {
    pub(crate) who: Who,
    pub(crate) measure: Box<dyn Fn(&V) -> usize>,
    /// Whether the answer is that of a peer that does not look at the value.
    pub(crate) estimates: bool,
    sample: Box<Sample<V>>,
}

/// The time that so many calls take.
type Sample<V> = dyn Fn(&V, u32) -> Duration;

impl<V> Entrant<V> {
    // Generic in the function, so that it is called directly and can be inlined into its caller.
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

    /// Whether it is a peer to race against.
    pub(crate) fn is_raced(&self) -> bool {
        self.who.is_peer() && !self.estimates
    }
}

/// How much time to spend on a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Ends the race, once there are enough rounds.
    budget: Duration,
    /// At least, and at most, so many rounds.
    rounds: (usize, usize),
    /// A sample is made of as many calls as take about this long.
    sample: Duration,
    /// How many times each race is run.
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

/// A peer that took so many times as long as the fastest one, in each of the first rounds, takes part in no more.
const SLOW: f64 = 4.0;

/// How many rounds those are.
const TRIALS: usize = 2;

/// For each contender its nanoseconds per call, in each round in which it took part: all, or the first ones.
///
/// The slow ones have lost, and would leave the others with few rounds, of whose medians the least would then be a lucky one.
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
        // In a new order each time, so that none always follows the same one.
        rng.shuffle(&mut order);
        for &index in &order {
            // A call that is not timed, so that none pays for what the one before did to the caches.
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

/// How many calls a sample of this length takes.
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

/// The middle of the values.
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
