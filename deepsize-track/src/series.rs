//! Statistics over time.

pub use deep_size_format::{Series, Verdict};

#[cfg(feature = "sites")]
use crate::{Group, Statistics};

#[cfg(feature = "sites")]
impl Statistics {
    /// The name and size of each row, as a sample of a [`Series`]. The size is the amount that the statistics are
    /// [ranked by](Self::ranked_by).
    ///
    /// The name of a trace consists of its functions, innermost first. The memory of the series counts as the program's.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Series, Snapshot, TrackingAllocator, Verdict};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let (mut leak, mut series) = (Vec::new(), Series::new());
    /// for _ in 0..30 {
    ///     leak.push(Box::new([0_u8; 1000]));
    ///     let snapshot = Snapshot::take();
    ///     series.add(snapshot.elapsed(), snapshot.statistics(By::Line).figures());
    /// }
    /// println!("{series}");
    /// let growing = |verdict: &Verdict| matches!(verdict, Verdict::Growing { .. });
    /// assert_eq!(series.verdicts().iter().filter(|(_, verdict)| growing(verdict)).count(), 1);
    /// # drop((leak, recording));
    /// ```
    pub fn figures(&self) -> impl Iterator<Item = (String, u64)> {
        self.rows().map(|row| (name(row.group()), row.size()))
    }
}

#[cfg(feature = "sites")]
fn name(group: Group<'_>) -> String {
    match group {
        Group::Trace(frames) if !frames.is_empty() => {
            frames.iter().map(ToString::to_string).collect::<Vec<_>>().join(" < ")
        }
        _ => group.to_string(),
    }
}
