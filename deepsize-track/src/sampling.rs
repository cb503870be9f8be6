//! The choice of sampled blocks.
//!
//! Each byte is sampled with the same probability, one in `mean`, so the gaps between sampled bytes are distributed
//! exponentially. A block of `s` bytes is sampled with probability `1 - exp(-s / mean)`, whatever was allocated before.
//! jemalloc (`prof_sample`) and Go (`runtime.MemProfileRate`) sample in the same way.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

/// Samples the allocations of one thread: counts down the bytes to the next sampled one.
///
/// Threads that share a sampler may disturb each other's gaps, and nothing else.
pub(crate) struct Sampler {
    left: AtomicI64,
    mean: AtomicU64,
    random: AtomicU64,
}

impl Sampler {
    pub(crate) const fn new() -> Self {
        Self { left: AtomicI64::new(0), mean: AtomicU64::new(0), random: AtomicU64::new(0) }
    }

    /// Advances by the size of a block. `true` if one of its bytes is sampled.
    #[inline(always)]
    pub(crate) fn samples(&self, size: usize, mean: u64) -> bool {
        let left = self.left.load(Relaxed).wrapping_sub(size as i64);
        if left >= 0 && self.mean.load(Relaxed) == mean {
            self.left.store(left, Relaxed);
            return false;
        }
        self.sample_slow(size, mean)
    }

    #[cold]
    #[inline(never)]
    fn sample_slow(&self, size: usize, mean: u64) -> bool {
        let is_new = self.mean.swap(mean, Relaxed) != mean;
        let left = if is_new { self.next_gap(mean).wrapping_sub(size as i64) } else { -1 };
        // How far a block reaches into the next gap does not matter: the exponential distribution has no memory.
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

/// How many blocks of this size a sampled one represents.
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
    fn sampled_blocks_stand_for_as_many_as_there_are() {
        for (size, mean) in [(1, 1000), (100, 1000), (1000, 1000), (5000, 1000), (64, 512 << 10)] {
            let sampler = Sampler::new();
            let blocks = 200 * mean as usize / size.min(1000) + 200_000;
            let sampled = (0..blocks).filter(|_| sampler.samples(size, mean));
            // Counts of blocks are whole: a sample that represents 1.58 blocks must not always count as 2.
            let estimate: f64 = sampled.map(|_| f64::from(sampler.round_randomly(weight(size, mean)))).sum();
            // Six standard deviations of a binomial distribution, and of rounded numbers, whose variance is 1/4 at most.
            let p = 1.0 / f64::from(weight(size, mean));
            let deviation = (blocks as f64 * ((1.0 - p) / p + p / 4.0)).sqrt();
            assert!(
                (estimate - blocks as f64).abs() <= 6.0 * deviation,
                "{size} B: {estimate} of {blocks}, deviation {deviation}"
            );
        }
    }

    #[test]
    fn another_mean_is_followed_at_once() {
        let sampler = Sampler::new();
        assert!(!sampler.samples(1, 1 << 40));
        let sampled = (0..1000).filter(|_| sampler.samples(1000, 10)).count();
        assert_eq!(sampled, 1000);
    }
}
