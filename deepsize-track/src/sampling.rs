//! The choice of sampled blocks.
//!
//! Each byte is sampled with the same probability, one in `mean`, so the gaps between sampled bytes are distributed
//! exponentially. A block of `s` bytes is sampled with probability `1 - exp(-s / mean)`, independently of earlier blocks.
//! jemalloc (`prof_sample`) and Go (`runtime.MemProfileRate`) sample in the same way.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

/// Samples the allocations of one thread: counts down the bytes to the next sampled one.
///
/// If threads share a sampler, only the gaps become less exact.
pub(crate) struct Sampler {
    left: AtomicI64,
    mean: AtomicU64,
    random: AtomicU64,
}

impl Sampler {
    pub(crate) const fn new() -> Self {
        Self { left: AtomicI64::new(0), mean: AtomicU64::new(u64::MAX), random: AtomicU64::new(0) }
    }

    #[cfg(all(test, feature = "audit"))]
    pub(crate) fn seeded(seed: u64) -> Self {
        let sampler = Self::new();
        sampler.random.store(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, Relaxed);
        sampler
    }

    /// Advances by the size of a block if none of its bytes is sampled. Otherwise, or if `mean` is new, does nothing and returns
    /// `false`.
    #[inline(always)]
    pub(crate) fn leaves_out(&self, size: i64, mean: u64) -> bool {
        let left = self.left.load(Relaxed).wrapping_sub(size);
        let is_left_out = left >= 0 && self.mean.load(Relaxed) == mean;
        if is_left_out {
            self.left.store(left, Relaxed);
        }
        is_left_out
    }

    /// Advances by the size of a block. `true` if one of its bytes is sampled.
    pub(crate) fn samples(&self, size: usize, mean: u64) -> bool {
        if self.leaves_out(size as i64, mean) {
            return false;
        }
        let is_new = self.mean.swap(mean, Relaxed) != mean;
        let left = if is_new { self.next_gap(mean).wrapping_sub(size as i64) } else { -1 };
        // The part of the block after the sampled byte does not count: the exponential distribution is memoryless.
        self.left.store(if left < 0 { self.next_gap(mean) } else { left }, Relaxed);
        left < 0
    }

    fn next_gap(&self, mean: u64) -> i64 {
        (-self.uniform().ln() * mean as f64) as i64
    }

    /// Rounds up or down at random, so that the mean of the results is `fraction`.
    pub(crate) fn round_randomly(&self, fraction: f32) -> u32 {
        let below = fraction.floor();
        // Exact for 1, where nothing is random.
        below as u32 + u32::from(fraction > below && self.uniform() <= f64::from(fraction - below))
    }

    /// A random number in (0, 1].
    fn uniform(&self) -> f64 {
        let mut state = self.random.load(Relaxed);
        if state == 0 {
            // A different seed for each thread.
            state = (std::ptr::from_ref(self).addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        }
        // The xorshift generator of Marsaglia (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.random.store(state, Relaxed);
        ((state >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// The number of blocks of this size that a sampled one represents.
pub(crate) fn weight(size: usize, mean: u64) -> f32 {
    if mean == 0 {
        return 1.0;
    }
    // `exp_m1` keeps the digits that `1 - exp` loses on small blocks.
    (-1.0 / (-(size.max(1) as f64) / mean as f64).exp_m1()) as f32
}

#[cfg(test)]
mod tests {
    use super::{Sampler, weight};

    #[test]
    fn sampled_blocks_estimate_the_number_of_blocks() {
        for (size, mean) in [(1, 1000), (100, 1000), (1000, 1000), (5000, 1000), (64, 512 << 10)] {
            let sampler = Sampler::new();
            let blocks = 200 * mean as usize / size.min(1000) + 200_000;
            let sampled = (0..blocks).filter(|_| sampler.samples(size, mean));
            // Block counts are whole numbers: a sample that represents 1.58 blocks must not always count as 2.
            let estimate: f64 = sampled.map(|_| f64::from(sampler.round_randomly(weight(size, mean)))).sum();
            // Six standard deviations of a binomial distribution and of the rounding, whose variance is at most 1/4.
            let p = 1.0 / f64::from(weight(size, mean));
            let deviation = (blocks as f64 * ((1.0 - p) / p + p / 4.0)).sqrt();
            assert!(
                (estimate - blocks as f64).abs() <= 6.0 * deviation,
                "{size} B: {estimate} of {blocks}, deviation {deviation}"
            );
        }
    }

    #[test]
    fn a_changed_mean_takes_effect_at_once() {
        let sampler = Sampler::new();
        assert!(!sampler.samples(1, 1 << 40));
        let sampled = (0..1000).filter(|_| sampler.samples(1000, 10)).count();
        assert_eq!(sampled, 1000);
    }
}
