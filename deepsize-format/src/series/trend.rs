//! Trends by ranks: the test of Mann and Kendall, and the slope of Theil and Sen.

use std::cmp::Ordering;

/// Half the width of a 95 % interval of the normal distribution, in standard deviations.
const TWO_SIDED_95: f64 = 1.96;

/// A straight line through samples, and the evidence that it rises.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trend {
    /// The statistic of Mann and Kendall, in standard deviations. Positive if values rise.
    pub(super) significance: f64,
    /// The slope of Theil and Sen.
    pub(super) slope: f64,
    /// The ends of the slope's interval of 95 %.
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Buffers, so that a verdict allocates nothing after the first.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    slopes: Vec<f64>,
    values: Vec<f64>,
    order: Vec<usize>,
    ranks: Vec<f64>,
}

impl Buffers {
    /// Fits a line. `None` if all times are equal. Takes quadratic time.
    ///
    /// The test is by Mann (1945), with Kendall's variance for ties (1975), and Hamed and Rao's correction for autocorrelation (1998). The slope
    /// is by Theil (1950) and Sen (1968), the interval by Gilbert (1987).
    pub(super) fn trend(&mut self, times: &[f64], values: &[f64]) -> Option<Trend> {
        let score = self.collect_slopes(times, values);
        let slope = median(&mut self.slopes)?;
        let variance = variance(self, values) * self.correction(times, values, slope);
        // The correction for continuity moves the discrete statistic by one towards 0.
        let centred = score - score.signum().min(score.abs());
        let significance = if variance > 0.0 { centred / variance.sqrt() } else { 0.0 };
        let (count, margin) = (self.slopes.len() as f64, TWO_SIDED_95 * variance.sqrt());
        let low = nth(&mut self.slopes, ((count - margin) / 2.0).floor() - 1.0);
        let high = nth(&mut self.slopes, ((count + margin) / 2.0).ceil());
        Some(Trend { significance, slope, low, high })
    }

    /// The slope alone. `None` if all times are equal.
    pub(super) fn slope(&mut self, times: &[f64], values: &[f64]) -> Option<f64> {
        self.collect_slopes(times, values);
        median(&mut self.slopes)
    }

    /// The median. `None` if there are no values.
    pub(super) fn median(&mut self, values: &[f64]) -> Option<f64> {
        self.values.clear();
        self.values.extend_from_slice(values);
        median(&mut self.values)
    }

    /// Collects the slopes of all pairs. Returns the number of rising pairs minus the number of falling ones.
    fn collect_slopes(&mut self, times: &[f64], values: &[f64]) -> f64 {
        self.slopes.clear();
        let mut score = 0;
        for (later, (&time, &value)) in times.iter().zip(values).enumerate() {
            for (&earlier, &before) in times[..later].iter().zip(values) {
                score += i64::from(value > before) - i64::from(value < before);
                if time > earlier {
                    self.slopes.push((value - before) / (time - earlier));
                }
            }
        }
        score as f64
    }

    /// The factor by which autocorrelation increases the variance: at least 1.
    fn correction(&mut self, times: &[f64], values: &[f64], slope: f64) -> f64 {
        let count = values.len();
        // Deviations of 1 % of the growth are harmless. They may come from rounding, and then follow a pattern.
        let duration = times.last().zip(times.first()).map_or(0.0, |(last, first)| last - first);
        let unit = (slope.abs() * duration / 100.0).max(1.0);
        let residuals = values.iter().zip(times).map(|(value, time)| ((value - slope * time) / unit).round());
        self.values.clear();
        self.values.extend(residuals);
        self.rank();
        let mean = (count as f64 + 1.0) / 2.0;
        self.ranks.iter_mut().for_each(|rank| *rank -= mean);
        let product = |lag: usize| self.ranks.iter().zip(&self.ranks[lag..]).map(|(a, b)| a * b).sum::<f64>();
        let (square, n) = (product(0), count as f64);
        if square <= 0.0 || count < 4 {
            return 1.0;
        }
        let significant = TWO_SIDED_95 / n.sqrt();
        let weighted = |lag: usize| {
            let (correlation, l) = (product(lag) / square, lag as f64);
            let is_significant = correlation.abs() > significant;
            if is_significant { (n - l) * (n - l - 1.0) * (n - l - 2.0) * correlation } else { 0.0 }
        };
        let sum: f64 = (1..count - 2).map(weighted).sum();
        (1.0 + 2.0 * sum / (n * (n - 1.0) * (n - 2.0))).max(1.0)
    }

    /// Ranks the values. Equal values share their mean rank.
    fn rank(&mut self) {
        let Self { values, order, ranks, .. } = self;
        order.clear();
        order.extend(0..values.len());
        order.sort_unstable_by(|&a, &b| compare(values[a], values[b]));
        ranks.clear();
        ranks.resize(values.len(), 0.0);
        let mut begin = 0;
        for ties in order.chunk_by(|&a, &b| values[a] == values[b]) {
            let mean = begin as f64 + (ties.len() as f64 + 1.0) / 2.0;
            ties.iter().for_each(|&at| ranks[at] = mean);
            begin += ties.len();
        }
    }
}

/// The variance of the statistic for independent values, corrected for ties.
fn variance(buffers: &mut Buffers, values: &[f64]) -> f64 {
    let of_run = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    let sorted = &mut buffers.values;
    sorted.clear();
    sorted.extend_from_slice(values);
    sorted.sort_unstable_by(|a, b| compare(*a, *b));
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|run| of_run(run.len() as f64)).sum();
    (of_run(values.len() as f64) - ties) / 18.0
}

/// Orders numbers that are not NaN.
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// The median. `None` if there are no values.
fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (middle, is_even) = (values.len() / 2, values.len() % 2 == 0);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, |a, b| compare(*a, *b));
    let lower = if is_even { below.iter().copied().fold(f64::NEG_INFINITY, f64::max) } else { upper };
    Some((lower + upper) / 2.0)
}

/// The value at a position in order, or the nearest. There must be values.
fn nth(values: &mut [f64], position: f64) -> f64 {
    // A negative position saturates at 0.
    let position = (position as usize).min(values.len() - 1);
    *values.select_nth_unstable_by(position, |a, b| compare(*a, *b)).1
}
