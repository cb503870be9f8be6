//! The verdict on the figures of one name.

use std::fmt;

use super::trend::{Buffers, Trend};
use crate::units::{Bytes, Plural};

/// The number of samples that a verdict needs.
pub(super) const MIN_SAMPLES: usize = 20;

/// The number of parts whose troughs are compared.
const PARTS: usize = 6;

/// The minimum significance of growth, in standard deviations of the normal distribution: one in 10,000 by chance.
const SIGNIFICANT: f64 = 3.72;

/// The minimum significance without the first third: one in a million by chance.
const VERY_SIGNIFICANT: f64 = 4.75;

/// At this significance or above, level troughs do not exclude growth. In standard deviations of the normal distribution: one in 6
/// by chance.
const NOTABLE: f64 = 1.0;

/// Growth by this share of the size over all samples is too small to count, unless it is significant.
const TOLERANCE: f64 = 0.1;

/// Whether the figures of a name grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The figures stay the same, shrink, or return to earlier levels. Growth by more than 10 % over all samples is unlikely.
    Stable,
    /// The figures rose, and have not risen further in the later half of the samples.
    Plateau,
    /// The figures grow steadily.
    Growing {
        /// The rate, in bytes an hour.
        rate: f64,
        /// The lower end of the rate's 95 % confidence interval.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// There are too few samples for one of the other verdicts.
    Undecided {
        /// The estimated number of further samples needed.
        missing: usize,
    },
}

impl Verdict {
    /// The verdict on figures at these times, in hours.
    pub(super) fn of(buffers: &mut Buffers, times: &[f64], figures: &[f64]) -> Self {
        let count = figures.len();
        if count < MIN_SAMPLES {
            return Self::Undecided { missing: MIN_SAMPLES - count };
        }
        if figures.iter().all(|&figure| figure == figures[0]) {
            return Self::Stable;
        }
        let Some(whole) = buffers.trend(times, figures) else {
            // All times are equal.
            return Self::Undecided { missing: MIN_SAMPLES };
        };
        let third = count / 3;
        // All samples, and all but a possible warm-up.
        let all = Conditions { significance: SIGNIFICANT, steady: 0.5, rising_pairs: 14 };
        let late = Conditions { significance: VERY_SIGNIFICANT, steady: 0.85, rising_pairs: 15 };
        if all.hold(buffers, whole, times, figures) {
            return whole.into();
        }
        // Without its first third, a sawtooth with a long period can look like a line. The first third is then higher, because it
        // contains the end of another tooth.
        let is_below = buffers.median(&figures[..third]) <= buffers.median(&figures[third..2 * third]);
        if let Some(trend) = buffers.trend(&times[third..], &figures[third..]).filter(|_| is_below) {
            if late.hold(buffers, trend, &times[third..], &figures[third..]) {
                return trend.into();
            }
        }
        if is_level(buffers, whole, times, figures, TOLERANCE) {
            return Self::Stable;
        }
        let (late_times, late_figures) = (&times[count / 2..], &figures[count / 2..]);
        if let Some(late) = buffers.trend(late_times, late_figures) {
            if is_level(buffers, late, late_times, late_figures, TOLERANCE / 2.0) {
                let [early, late] = troughs(figures);
                let allowed = TOLERANCE * buffers.median(late_figures).unwrap_or(0.0);
                return if late - early > allowed { Self::Plateau } else { Self::Stable };
            }
        }
        Self::Undecided { missing: missing(buffers, whole, times, figures) }
    }

    /// Orders verdicts: growing names first, fastest first.
    pub(super) fn rank(&self) -> f64 {
        match *self {
            Self::Growing { rate, .. } => -rate,
            Self::Undecided { .. } => 1.0,
            Self::Plateau => 2.0,
            Self::Stable => 3.0,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Stable => out.pad("stable"),
            Self::Plateau => out.pad("plateau"),
            Self::Growing { rate, low, high } => {
                let bytes = |rate: f64| Bytes(rate.round() as u64);
                write!(out, "growing by {} an hour ({} to {})", bytes(rate), bytes(low), bytes(high))
            }
            Self::Undecided { missing } => {
                write!(out, "undecided, needs {}", Plural(missing as u64, "more sample"))
            }
        }
    }
}

impl From<Trend> for Verdict {
    fn from(trend: Trend) -> Self {
        Self::Growing { rate: trend.slope, low: trend.low, high: trend.high }
    }
}

/// The conditions of growth.
#[derive(Clone, Copy, Debug)]
struct Conditions {
    /// The minimum significance of the trend.
    significance: f64,
    /// The minimum slope of the later half, as a share of the slope of the earlier half.
    steady: f64,
    /// The minimum number of pairs of parts, of 15, whose later trough is higher.
    ///
    /// Troughs are compared, not peaks: peaks may rise by chance, but freed memory lowers the troughs. Growth in a few steps leaves
    /// troughs equal.
    rising_pairs: usize,
}

impl Conditions {
    /// Whether the figures of a trend grow.
    fn hold(self, buffers: &mut Buffers, trend: Trend, times: &[f64], figures: &[f64]) -> bool {
        let troughs: [f64; PARTS] = troughs(figures);
        let rising =
            |(at, later): (usize, &f64)| troughs[..at].iter().filter(|earlier| later > earlier).count();
        let rising_pairs: usize = troughs.iter().enumerate().map(rising).sum();
        let half = figures.len() / 2;
        let mut is_steady = || {
            let early = buffers.slope(&times[..half], &figures[..half]);
            let late = buffers.slope(&times[half..], &figures[half..]);
            early.zip(late).is_some_and(|(early, late)| late > 0.0 && late >= self.steady * early)
        };
        trend.significance >= self.significance
            && trend.low > 0.0
            && rising_pairs >= self.rising_pairs
            && is_steady()
    }
}

/// Whether growth by more than a share of the size is unlikely.
///
/// Either the slope excludes it, or the figures return to where they were.
fn is_level(buffers: &mut Buffers, trend: Trend, times: &[f64], figures: &[f64], share: f64) -> bool {
    let allowed = share * buffers.median(figures).unwrap_or(0.0);
    let [first, _, last] = troughs(figures);
    // Two thirds of the time pass between these troughs.
    let returns = || trend.significance < NOTABLE && last - first <= allowed * 2.0 / 3.0;
    trend.high * duration(times) <= allowed || returns()
}

/// An estimate of the number of samples after which growth is significant or excluded.
fn missing(buffers: &mut Buffers, trend: Trend, times: &[f64], figures: &[f64]) -> usize {
    let count = figures.len() as f64;
    let allowed = TOLERANCE * buffers.median(figures).unwrap_or(0.0);
    // The error of the growth over `n` samples falls with the root of `n`. The error of the slope falls with the power 3/2.
    let excluded = count * ((trend.high - trend.slope) * duration(times) / allowed).powi(2);
    let significant = count * (SIGNIFICANT / trend.significance.max(0.0)).powf(2.0 / 3.0);
    let needed = excluded.min(significant);
    // With enough samples, the shape contradicts growth. A warm-up may be under way, so as many samples again are needed.
    if needed > count { (needed - count).ceil() as usize } else { figures.len() }
}

/// The smallest figure of each of `N` equal parts.
fn troughs<const N: usize>(figures: &[f64]) -> [f64; N] {
    let count = figures.len();
    std::array::from_fn(|part| {
        let part = &figures[part * count / N..(part + 1) * count / N];
        part.iter().copied().fold(f64::INFINITY, f64::min)
    })
}

fn duration(times: &[f64]) -> f64 {
    times.last().zip(times.first()).map_or(0.0, |(last, first)| last - first)
}
