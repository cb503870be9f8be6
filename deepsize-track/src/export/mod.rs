//! Snapshots in formats that other programs open.
//!
//! What is written is made in memory that is the tracker's own, and then handed to the writer, which is the program's.

mod dhat;
mod folded;
mod names;
#[cfg(feature = "pprof")]
mod pprof;
mod stacks;
#[cfg(test)]
mod tests;

use std::io;

use crate::snapshot::{Snapshot, Trace};
use crate::untracked::Untracked;

/// A figure that is known of each place that allocates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// The bytes that are live.
    #[default]
    LiveBytes,
    /// The blocks that are live.
    LiveBlocks,
    /// The bytes that were ever allocated.
    TotalBytes,
    /// The blocks that were ever allocated.
    TotalBlocks,
    /// The bytes that were live when most was live in all.
    PeakBytes,
    /// The blocks that were live when most bytes were live in all.
    PeakBlocks,
}

impl Measure {
    /// The figure of a trace.
    #[must_use]
    pub fn of(self, trace: Trace<'_>) -> u64 {
        match self {
            Self::LiveBytes => trace.live().bytes,
            Self::LiveBlocks => trace.live().blocks,
            Self::TotalBytes => trace.total().bytes,
            Self::TotalBlocks => trace.total().blocks,
            Self::PeakBytes => trace.at_peak().bytes,
            Self::PeakBlocks => trace.at_peak().blocks,
        }
    }
}

/// How a snapshot is to be written: what of its stacks, and which figure where a format has but one.
///
/// | format | feature | opened by | shows |
/// | --- | --- | --- | --- |
/// | [folded stacks](Snapshot::write_folded) | – | inferno, speedscope, `flamegraph.pl` | one figure, by stack |
/// | [pprof](https://docs.rs/deep-size-track/latest/deep_size_track/struct.Snapshot.html#method.write_pprof) | `pprof` | `go tool pprof`, Pyroscope, Parca, speedscope | all that was allocated, what is live, and the peak; two snapshots compared |
/// | [DHAT](Snapshot::write_dhat) | – | `dh_view.html` of valgrind | the same, lifetimes, and the most of each place |
///
/// In each, the sum over all stacks is that over all [traces](Snapshot::traces), and what is of a sample is the estimate for the
/// whole. The guide to [all formats](https://docs.rs/deep-size/latest/deep_size/export/formats/index.html) says how to open each,
/// and what it cannot show.
///
/// ```
/// use deep_size_track::{Measure, Recorder, Snapshot};
///
/// let recording = Recorder::all().start();
/// let snapshot = Snapshot::take();
/// let mut folded = Vec::new();
/// snapshot.export().with_hidden_frames().measure(Measure::TotalBytes).write_folded(&mut folded)?;
/// # recording.stop();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "it writes nothing until it is told in which format"]
pub struct Export<'s> {
    snapshot: &'s Snapshot,
    with_hidden: bool,
    measure: Measure,
}

impl Export<'_> {
    /// Shows the functions that [are hidden](crate::Frame::is_hidden), those of the standard library and of allocators. Else they are
    /// shown of a trace that has no others.
    pub fn with_hidden_frames(self) -> Self {
        Self { with_hidden: true, ..self }
    }

    /// The figure in folded stacks, which have one alone; live bytes if nothing is said. Other formats have all.
    pub fn measure(self, measure: Measure) -> Self {
        Self { measure, ..self }
    }
}

impl Snapshot {
    /// Writes it as other programs read it, in another manner than the `write_` functions of the snapshot do.
    pub fn export(&self) -> Export<'_> {
        Export { snapshot: self, with_hidden: false, measure: Measure::default() }
    }
}

/// Makes the bytes untracked, and writes them out. The writer is part of the program, so its allocations count as the
/// program's.
fn write(out: &mut (impl io::Write + ?Sized), make: impl FnOnce() -> Vec<u8>) -> io::Result<()> {
    let made = Untracked::new(make);
    out.write_all(&made)
}
