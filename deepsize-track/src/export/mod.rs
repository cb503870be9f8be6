//! Snapshots in formats that other programs open.

mod dhat;
mod folded;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "pprof")]
mod pprof;
mod stacks;
#[cfg(test)]
mod tests;

use crate::snapshot::{Metric, Snapshot};

/// Writes a snapshot in a format of another program, with options.
///
/// | format | feature | opened by | shows |
/// | --- | --- | --- | --- |
/// | [folded stacks](Snapshot::write_folded) | – | inferno, speedscope, `flamegraph.pl` | one figure by stack |
/// | pprof (`Snapshot::write_pprof`) | `pprof` | `go tool pprof`, Pyroscope, Parca, speedscope | total, live and peak amounts; the difference of two snapshots |
/// | HTML (`Snapshot::write_html`) | `html` | any browser | flame graph of total, live and peak amounts, and of the difference of two snapshots |
/// | [DHAT](Snapshot::write_dhat) | – | `dh_view.html` of valgrind | total, live and peak amounts, lifetimes, and the maximum of each trace |
///
/// In each format, the stacks add up to the sum over all [traces](Snapshot::traces). Figures of a sample are estimates for the
/// whole program. The page on [all formats](https://github.com/deep-size/deep-size/blob/main/docs/formats.md) describes how to
/// open each, and its limits.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Metric, Recorder, Snapshot};
///
/// let recording = Recorder::all().start();
/// let snapshot = Snapshot::take();
/// let mut folded = Vec::new();
/// snapshot.export().with_hidden_frames().metric(Metric::TotalSize).write_folded(&mut folded)?;
/// # recording.stop();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is written before one of the `write_` methods"]
pub struct Export<'s> {
    snapshot: &'s Snapshot,
    with_hidden: bool,
    with_names: bool,
    metric: Metric,
    #[cfg(feature = "html")]
    earlier: Option<&'s Snapshot>,
}

impl<'s> Export<'s> {
    /// Shows all functions: [hidden](crate::Frame::is_hidden) ones, such as functions of the standard library and of allocators, and
    /// functions that the snapshot's [attribution](Snapshot::attributed_to) leaves out.
    ///
    /// By default, these are shown only in traces without other functions.
    pub fn with_hidden_frames(self) -> Self {
        Self { with_hidden: true, ..self }
    }

    /// Writes addresses in place of names, so that no debug information is read.
    ///
    /// A profile for pprof contains the mapped files with their build ids, and pprof finds the names in these files. It shows
    /// hidden functions too, and the snapshot's attribution has no effect.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "pprof")] {
    /// use deep_size_track::{Recorder, Snapshot};
    ///
    /// let recording = Recorder::sampled().start();
    /// let mut profile = Vec::new();
    /// Snapshot::take().export().without_names().write_pprof(&mut profile)?;
    /// # recording.stop();
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn without_names(self) -> Self {
        Self { with_names: false, ..self }
    }

    /// Chooses the figure in folded stacks: live bytes by default. Other formats contain all figures.
    pub fn metric(self, metric: Metric) -> Self {
        Self { metric, ..self }
    }

    /// Adds the changes since an earlier snapshot to a page. Other formats contain only the later one.
    #[cfg(feature = "html")]
    #[doc(alias = "diff")]
    pub fn compared_to(self, earlier: &'s Snapshot) -> Self {
        Self { earlier: Some(earlier), ..self }
    }
}

impl Snapshot {
    /// Options for writing the snapshot. The `write_` methods of the snapshot itself use the defaults.
    pub fn export(&self) -> Export<'_> {
        Export {
            snapshot: self,
            with_hidden: false,
            with_names: true,
            metric: Metric::default(),
            #[cfg(feature = "html")]
            earlier: None,
        }
    }
}
