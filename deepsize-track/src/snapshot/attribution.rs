use super::filter::matches;
use super::frame::{self};
use super::{Figures, Frame, Snapshot};
use crate::symbols::{Names, Origin};
use crate::untracked::Untracked;

impl Snapshot {
    /// Attributes each trace to its innermost function in the given crates. The figures stay the same.
    ///
    /// Functions of other crates are left out of [`Trace::frames`](super::Trace::frames), of all groupings and of filters. So a trace counts in the row of the
    /// nearest function of these crates. A trace without one stays unchanged, so that rows still add up to the total. Deep recursion
    /// in a dependency may need a larger [`Recorder::max_depth`](crate::Recorder::max_depth).
    ///
    /// [Exports](Self::export) leave these functions out too. Takes time linear in the size of the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Attribution, By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let parsed: serde_json::Value = serde_json::from_str(r#"{"numbers": [1, 2, 3]}"#).unwrap();
    /// let snapshot = Snapshot::take();
    /// // The line above, and not a line of `serde_json`.
    /// println!("{}", snapshot.attributed_to(Attribution::Program).statistics(By::Line));
    /// let parser = Attribution::Crates(&["serde_json"]);
    /// assert_eq!(snapshot.attributed_to(parser).live_amount(), snapshot.live_amount());
    /// # drop((parsed, recording));
    /// ```
    pub fn attributed_to(&self, attribution: Attribution<'_>) -> Self {
        let inner =
            Untracked::new(|| Figures { attribution: attribution.into(), ..Figures::clone(&self.inner) });
        Self { inner }
    }
}

/// The crates to which traces are attributed. Passed to [`Snapshot::attributed_to`](super::Snapshot::attributed_to).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attribution<'c> {
    /// All crates, so that a trace counts at its innermost [shown](Frame::is_hidden) function.
    #[default]
    Innermost,
    /// The [program's own](Frame::is_own) crates.
    Program,
    /// The crates with a [name](Frame::crate_name) that matches one of these patterns, such as `my_*`. A hyphen matches an underscore.
    Crates(&'c [&'c str]),
}

/// An owned [`Attribution`].
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Owners {
    #[default]
    Any,
    Program,
    Crates(Vec<String>),
}

impl From<Attribution<'_>> for Owners {
    fn from(attribution: Attribution<'_>) -> Self {
        match attribution {
            Attribution::Innermost => Self::Any,
            Attribution::Program => Self::Program,
            Attribution::Crates(names) => {
                Self::Crates(names.iter().map(|name| name.replace('-', "_")).collect())
            }
        }
    }
}

impl Owners {
    pub(super) fn own(&self, frame: &Frame) -> bool {
        match self {
            Self::Any => true,
            Self::Program => frame.is_own(),
            Self::Crates(names) => names.iter().any(|name| matches(name, frame.crate_name())),
        }
    }

    /// The [shown](frame::shown) functions of these crates, or else all shown functions. Yields at least one.
    pub(super) fn shown<'n>(&self, names: &'n Names, addresses: &[usize]) -> impl Iterator<Item = &'n Frame> {
        let shown = || frame::shown(names, addresses);
        let is_any = matches!(self, Self::Any) || !shown().any(|frame| self.own(frame));
        shown().filter(move |frame| is_any || self.own(frame) || frame.origin() == Origin::Truncated)
    }
}
