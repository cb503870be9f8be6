//! Figures over time by name, and a verdict on the growth of each.

mod trend;
mod verdict;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub use verdict::Verdict;

use crate::units::{Count, Plural};
use crate::visible::Visible;
use trend::Buffers;

/// The number of names to print.
const MAX_PRINTED: u64 = 20;

/// Bytes by name over time, with a verdict on each name: stable, plateau, growing or undecided.
///
/// The names may be paths of reports, call sites of snapshots, or anything else. Add samples at roughly equal intervals, such as one
/// an hour or one after each thousand requests. A verdict needs 20 samples.
///
/// ```
/// use std::time::Duration;
/// # use deep_size_format::{Series, Verdict};
///
/// let mut series = Series::new();
/// for hour in 0..30 {
///     let cache = 4096 * u64::min(hour, 8);
///     let log = 1_000_000 + 10_240 * hour;
///     series.add(Duration::from_secs(3600 * hour), [("cache", cache), ("log", log), ("table", 512)]);
/// }
/// let verdicts = series.verdicts();
/// assert_eq!(verdicts[0], ("log", Verdict::Growing { rate: 10_240.0, low: 10_240.0, high: 10_240.0 }));
/// assert_eq!(verdicts[1..], [("cache", Verdict::Plateau), ("table", Verdict::Stable)]);
/// println!("{series}");
/// ```
///
/// ```text
/// log: growing by 10.0 KiB an hour (10.0 KiB to 10.0 KiB)
/// 1 growing, 0 undecided, 1 at a plateau, 1 stable
/// ```
///
/// A name that a sample leaves out has 0 bytes there. Samples before its first non-zero figure are ignored, so a new name is
/// undecided at first.
///
/// # Method
///
/// A name is growing if three conditions hold for all samples, or without the first third. The first third is left out only if its
/// median is at most the median of the next third, as in a warm-up.
///
/// - The trend is significant by the test of Mann (1945) and Kendall (1975), at a level of one in 10,000. Without the first third, the
///   level is one in a million. The variance is corrected for ties, and for autocorrelation as by Hamed and Rao (1998).
/// - The samples are divided into six equal parts, whose minima rise from part to part. For all samples, one of the 15 pairs of parts
///   may be an exception. A cache that is flushed fails this test, and so does growth in a few steps, which leaves minima equal.
/// - The later half grows at least half as fast as the earlier half, or 85 % as fast without the first third. A warm-up
///   fails this test, because it slows down.
///
/// The rate is the slope of Theil (1950) and Sen (1968): the median of the slopes of all pairs of samples. Its interval is by Gilbert (1987)
/// and uses the same variance.
///
/// A name that is not growing is stable if growth by more than 10 % over all samples is unlikely. Either the slope's interval
/// excludes it, or the smallest figures of the last third are as low as in the first third. If only the later half passes this check,
/// the name is at a plateau.
///
/// # Error rates
///
/// These are percentages of verdicts after 30 samples, with 4000 random series for each family (`tests/series` of `deep-size-format`).
/// A leak adds 1 % of the first size in each sample. The constants of the method were tuned on the first two rows. The third row is
/// a hold-out set.
///
/// | families | growing, without a leak | growing, with a leak |
/// | --- | --- | --- |
/// | signals: noise, random load, sawtooths, bursts, levels, caches, warm-ups, steps | 0.0 to 0.3 | 96.1 to 100 |
/// | programs: sessions, a collected heap, caches, maps, buffers, jobs | 0.0 to 0.5 | 98.0 to 100 |
/// | other programs: queues, compactions, pools, rings, rare requests | 0.0 | 98.0 to 100 |
///
/// The leaks include noise of up to 3 % of the size, sawtooths and bursts. Other leaks need more samples:
///
/// | leaks | found after 30 samples | found after 60 samples |
/// | --- | --- | --- |
/// | noise of 3 % to 5 % | 88 % | 100 % |
/// | noise of 5 % to 10 % | 44 % | 96 % |
/// | few large blocks | 72 % | 93 % |
///
/// Reading the verdict after each of the samples 20 to 30 raises the rate of false alarms to at most 0.9 %, on random load.
///
/// A cache that is still filling at a constant rate looks like a leak. So does a sawtooth with a period longer than half of the samples.
/// More samples distinguish them. Fluctuations that last for a third to half of all samples give 0.9 % false alarms.
///
/// # Memory
///
/// A series keeps at most [10,000 names](Self::max_names) and [128 samples](Self::max_samples). A name takes its text and 8 bytes for
/// each of the 128 samples.
#[derive(Clone, Debug)]
pub struct Series {
    max_names: usize,
    max_samples: usize,
    /// One figure for each column.
    names: BTreeMap<String, Vec<u64>>,
    /// The time of each column.
    times: Vec<Duration>,
    /// The number of samples that a column represents. The column holds one of them, chosen uniformly at random.
    stride: usize,
    /// The number of samples of the latest column so far.
    in_latest: usize,
    added: usize,
    dropped_names: u64,
    /// The state of the xorshift generator of Marsaglia (2003). The seed is constant, so results can be reproduced.
    random: u64,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            max_names: 10_000,
            max_samples: 128,
            names: BTreeMap::new(),
            times: Vec::new(),
            stride: 1,
            in_latest: 0,
            added: 0,
            dropped_names: 0,
            random: 0x9E37_79B9_7F4A_7C15,
        }
    }
}

impl Series {
    /// Makes a series without samples.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the number of names: 10,000 by default.
    ///
    /// Beyond it, the names with the fewest bytes in the latest sample are dropped.
    #[must_use]
    pub fn max_names(mut self, names: usize) -> Self {
        self.max_names = names;
        self
    }

    /// Limits the number of samples that are kept: 128 by default. The limit is rounded up to an even number, at least 40.
    ///
    /// At the limit, one sample of each pair is dropped at random. Later, one of two new samples is kept, then one of four,
    /// and so on. The random choice keeps cycles of the program from looking like growth. It is the same in each run.
    #[must_use]
    pub fn max_samples(mut self, samples: usize) -> Self {
        self.max_samples = samples.max(2 * verdict::MIN_SAMPLES).next_multiple_of(2);
        self
    }

    /// Adds a sample, taken at a time since any fixed moment. Figures of the same name add up.
    ///
    /// A time before the latest counts as the latest. Takes O(n log n) for n names.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Instant;
    /// # use deep_size_format::{Series, Verdict};
    ///
    /// let (start, mut series) = (Instant::now(), Series::new());
    /// series.add(start.elapsed(), [("index", 100), ("index", 20), ("cache", 7)]);
    /// assert_eq!(series.verdicts()[0], ("index", Verdict::Undecided { missing: 19 }));
    /// ```
    pub fn add<N: Into<String>>(&mut self, elapsed: Duration, figures: impl IntoIterator<Item = (N, u64)>) {
        self.added += 1;
        let is_new = self.times.is_empty() || self.in_latest == self.stride;
        if is_new {
            if self.times.len() >= self.max_samples {
                self.thin_out();
            }
            self.in_latest = 0;
        }
        self.in_latest += 1;
        // Each sample of a column is kept with the same probability.
        if self.random() % self.in_latest as u64 != 0 {
            return;
        }
        let elapsed = self.times.last().map_or(elapsed, |&latest| elapsed.max(latest));
        if !is_new {
            self.times.pop();
        }
        let column = self.times.len();
        self.times.push(elapsed);
        self.names.values_mut().for_each(|bytes| {
            bytes.truncate(column);
            bytes.push(0);
        });
        for (name, size) in figures {
            let bytes = self.names.entry(name.into()).or_insert_with(|| vec![0; column + 1]);
            bytes[column] = bytes[column].saturating_add(size);
        }
        self.names.retain(|_, bytes| bytes.iter().any(|&size| size > 0));
        self.drop_smallest_names();
        // The memory of the series itself soon stops growing. Dropped names take none of it.
        self.names
            .values_mut()
            .for_each(|bytes| bytes.reserve_exact(self.max_samples.saturating_sub(bytes.len())));
    }

    /// The verdict on each name: growing names first, fastest first, then undecided ones, plateaus and stable ones.
    ///
    /// Equal verdicts are in order of the bytes in the latest sample, most first. Takes time linear in the number of names that
    /// change, and quadratic in the number of samples.
    #[must_use]
    pub fn verdicts(&self) -> Vec<(&str, Verdict)> {
        let hours: Vec<f64> = self.times.iter().map(|time| time.as_secs_f64() / 3600.0).collect();
        let (mut buffers, mut figures) = (Buffers::default(), Vec::new());
        let mut rows: Vec<_> = self
            .names
            .iter()
            .map(|(name, bytes)| {
                let first = bytes.iter().position(|&size| size > 0).unwrap_or(0);
                figures.clear();
                figures.extend(bytes[first..].iter().map(|&size| size as f64));
                let verdict = match Verdict::of(&mut buffers, &hours[first..], &figures) {
                    Verdict::Undecided { missing } => {
                        Verdict::Undecided { missing: missing.saturating_mul(self.stride) }
                    }
                    verdict => verdict,
                };
                (name.as_str(), verdict, bytes.last().copied())
            })
            .collect();
        rows.sort_by(|(_, a, a_bytes), (_, b, b_bytes)| {
            a.rank().total_cmp(&b.rank()).then_with(|| b_bytes.cmp(a_bytes))
        });
        rows.into_iter().map(|(name, verdict, _)| (name, verdict)).collect()
    }

    /// The number of added samples that were dropped because of [`max_samples`](Self::max_samples).
    #[must_use]
    pub fn dropped_samples(&self) -> usize {
        self.added - self.times.len()
    }

    /// The number of times that a name was dropped because of [`max_names`](Self::max_names). A name that comes back counts again.
    #[must_use]
    pub fn dropped_names(&self) -> u64 {
        self.dropped_names
    }

    /// Keeps one of each two columns, at random.
    fn thin_out(&mut self) {
        let kept: Vec<usize> = (0..self.times.len().div_ceil(2))
            .map(|pair| (2 * pair + (self.random() % 2) as usize).min(self.times.len() - 1))
            .collect();
        fn thinned<T: Copy>(values: &mut Vec<T>, kept: &[usize]) {
            kept.iter().enumerate().for_each(|(to, &from)| values[to] = values[from]);
            values.truncate(kept.len());
        }
        thinned(&mut self.times, &kept);
        self.names.values_mut().for_each(|bytes| thinned(bytes, &kept));
        self.stride *= 2;
    }

    fn drop_smallest_names(&mut self) {
        let excess = self.names.len().saturating_sub(self.max_names);
        if excess == 0 {
            return;
        }
        let mut sizes: Vec<_> =
            self.names.iter().map(|(name, bytes)| (bytes.last(), Reverse(name))).collect();
        sizes.select_nth_unstable(excess - 1);
        let dropped: Vec<String> =
            sizes[..excess].iter().map(|(_, Reverse(name))| name.to_string()).collect();
        dropped.iter().for_each(|name| drop(self.names.remove(name)));
        self.dropped_names += excess as u64;
    }

    fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        // The upper bits are the better ones.
        self.random >> 32
    }
}

/// Prints the growing and the undecided names, then the number of names with each verdict.
impl fmt::Display for Series {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdicts = self.verdicts();
        let [mut growing, mut undecided, mut plateau, mut stable] = [0_u64; 4];
        for (name, verdict) in &verdicts {
            let (count, is_shown) = match verdict {
                Verdict::Growing { .. } => (&mut growing, true),
                Verdict::Undecided { .. } => (&mut undecided, true),
                Verdict::Plateau => (&mut plateau, false),
                Verdict::Stable => (&mut stable, false),
            };
            *count += 1;
            if is_shown && growing + undecided <= MAX_PRINTED {
                writeln!(out, "{}: {verdict}", Visible(name))?;
            }
        }
        if growing + undecided > MAX_PRINTED {
            writeln!(out, "{} more", Count(growing + undecided - MAX_PRINTED))?;
        }
        write!(out, "{growing} growing, {undecided} undecided, {plateau} at a plateau, {stable} stable")?;
        if self.dropped_samples() > 0 {
            write!(out, "\n{} of {} kept", Count(self.times.len()), Plural(self.added as u64, "sample"))?;
        }
        if self.dropped_names > 0 {
            write!(out, "\nnames with the fewest bytes were dropped {}", Plural(self.dropped_names, "time"))?;
        }
        Ok(())
    }
}
