use std::fmt;
use std::iter::Sum;

use crate::record::Record;
use crate::snapshot::Amount;
use crate::units::{Bytes, Count, Plural};

/// An amount of live blocks, with its standard errors.
///
/// If all blocks are recorded, the amount is exact and the errors are 0. Otherwise, an interval of 1.96 standard errors around the
/// estimate contains the true value with a probability of about 95 %. The bytes need some dozens of sampled blocks. The number of blocks
/// needs some dozens of the smallest size, because each of these represents many blocks.
///
/// With a sampling interval of `m` bytes, a block of `s` bytes is sampled with the probability `p = 1 − exp(−s/m)`, independently
/// of all others. So each sampled block represents `1/p` blocks (Horvitz and Thompson, 1952). The variance of the bytes is estimated
/// as the sum of `(1 − p)·(s/p)²` over the sampled blocks. The source of this formula is *Model Assisted Survey Sampling* by Särndal,
/// Swensson and Wretman, section 3.5 on Poisson sampling. For the number of blocks, `1/p` is rounded at random. This adds `f·(1 − f)` to
/// the variance, where `f` is the fraction of `1/p`.
///
/// Without a sampled block, the estimate and the errors are 0. The true value is then below `3·m` bytes with a probability of 95 %,
/// because `b` bytes are not sampled with the probability `exp(−b/m)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct Estimate {
    /// The bytes and the number of blocks.
    pub amount: Amount,
    /// The standard error of the bytes.
    pub size_error: f64,
    /// The standard error of the number of blocks.
    pub blocks_error: f64,
}

impl Estimate {
    pub(super) fn of(block: &Record) -> Self {
        let (size, weight) = (block.size as f64, f64::from(block.weight));
        let variance = weight * (weight - 1.0).max(0.0);
        let fraction = weight.fract();
        Self {
            amount: Amount::of(block.amount()),
            size_error: size * variance.sqrt(),
            blocks_error: (variance + fraction * (1.0 - fraction)).sqrt(),
        }
    }

    /// Adds the amounts and the variances, because blocks are sampled independently.
    pub(super) fn add(&mut self, other: Self) {
        self.amount.add(other.amount);
        self.size_error = self.size_error.hypot(other.size_error);
        self.blocks_error = self.blocks_error.hypot(other.blocks_error);
    }
}

impl Sum for Estimate {
    fn sum<I: Iterator<Item = Self>>(estimates: I) -> Self {
        let mut sum = Self::default();
        estimates.for_each(|estimate| sum.add(estimate));
        sum
    }
}

/// Prints `4.7 MiB in 46,530 blocks`, or `4.7 MiB ± 96.0 KiB in 46,530 ± 930 blocks`.
impl fmt::Display for Estimate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Amount { size, blocks } = self.amount;
        if (self.size_error, self.blocks_error) == (0.0, 0.0) {
            return write!(out, "{} in {}", Bytes(size), Plural(blocks, "block"));
        }
        let [size_error, blocks_error] =
            [self.size_error, self.blocks_error].map(|error| error.ceil() as u64);
        write!(
            out,
            "{} ± {} in {} ± {} blocks",
            Bytes(size),
            Bytes(size_error),
            Count(blocks),
            Count(blocks_error)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Estimate;
    use crate::record::Record;
    use crate::sampling::{Sampler, weight};

    /// Samples blocks of many sizes 1000 times, and compares the estimates with the truth.
    #[test]
    fn ninety_five_percent_of_the_intervals_contain_the_truth() {
        const MEAN: u64 = 4096;
        const RUNS: usize = 1000;
        let sizes: Vec<usize> =
            (0..20_000).map(|at| [64, 100, 700, 3000, 20_000][at % 5] + at % 13).collect();
        let truth = [sizes.iter().sum::<usize>() as f64, sizes.len() as f64];
        let sampler = Sampler::seeded(22);
        let (mut inside, mut sums, mut squares, mut variances) = ([0; 2], [0.0; 2], [0.0; 2], [0.0; 2]);
        for _ in 0..RUNS {
            let sampled = sizes.iter().filter(|&&size| sampler.samples(size, MEAN));
            let estimate: Estimate = sampled
                .map(|&size| {
                    let weight = weight(size, MEAN);
                    Estimate::of(&Record::sampled(size, weight, sampler.round_randomly(weight)))
                })
                .sum();
            let found = [estimate.amount.size as f64, estimate.amount.blocks as f64];
            for (at, error) in [estimate.size_error, estimate.blocks_error].into_iter().enumerate() {
                let off = found[at] - truth[at];
                inside[at] += usize::from(off.abs() <= 1.96 * error);
                sums[at] += off;
                squares[at] += off * off;
                variances[at] += error * error;
            }
        }
        for at in 0..2 {
            // Three standard deviations of a binomial distribution of 1000 are 2.1 %.
            let share = inside[at] as f64 / RUNS as f64;
            assert!((0.929..0.971).contains(&share), "{at}: {share} of the intervals contain the truth");
            // The estimates have no bias, and the mean of the variances is the variance.
            let variance = squares[at] / RUNS as f64;
            assert!(sums[at].abs() / RUNS as f64 <= 4.0 * (variance / RUNS as f64).sqrt());
            let ratio = variances[at] / squares[at];
            assert!((0.9..1.1).contains(&ratio), "the estimated variance is {ratio} of the true one");
        }
    }

    #[test]
    fn nothing_is_sampled_of_three_intervals_with_a_probability_of_a_twentieth() {
        const MEAN: u64 = 1000;
        let sampler = Sampler::seeded(7);
        let missed = (0..20_000).filter(|_| !(0..60).any(|_| sampler.samples(50, MEAN))).count();
        let share = missed as f64 / 20_000.0;
        assert!((share - (-3.0_f64).exp()).abs() < 0.006, "{share}");
    }
}
