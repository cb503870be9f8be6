//! The figures before and after.

use crate::inspect::Report;
use crate::tree::TreeNode;

/// The totals of a report, in bytes unless they are numbers of something.
///
/// ```
/// use deep_size::inspect;
///
/// let report = inspect(&vec![String::from("text")]);
/// let diff = report.diff(&report);
/// let totals = diff.later();
/// assert_eq!((totals.deep, totals.shallow), (report.deep(), report.shallow()));
/// assert_eq!((totals.values, totals.allocations), (2, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Totals {
    /// See [`Report::deep`].
    pub deep: usize,
    /// See [`Report::shallow`].
    pub shallow: usize,
    /// How many values there are, of all [types](Report::types).
    pub values: usize,
    /// See [`Report::allocations`].
    pub allocations: usize,
    /// See [`Report::spare`].
    pub spare: usize,
    /// See [`Report::shared`].
    pub shared: usize,
    /// See [`Report::exclusive`].
    pub exclusive: usize,
    /// See [`Report::external`].
    pub external: usize,
    /// See [`Report::cyclic`].
    pub cyclic: usize,
    /// See [`Report::is_exact`].
    pub is_exact: bool,
    /// See [`Report::is_truncated`].
    pub is_truncated: bool,
}

impl Totals {
    pub(super) fn of(report: &Report) -> Self {
        Self {
            deep: report.deep(),
            shallow: report.shallow(),
            values: report.types().iter().fold(0, |sum, total| sum.saturating_add(total.count)),
            allocations: report.allocations(),
            spare: report.spare(),
            shared: report.shared(),
            exclusive: report.exclusive(),
            external: report.external(),
            cyclic: report.cyclic(),
            is_exact: report.is_exact(),
            is_truncated: report.is_truncated(),
        }
    }
}

/// What there is at a path, in one of the two reports.
///
/// ```
/// use deep_size::inspect;
///
/// let earlier = inspect(&Vec::<u64>::new());
/// let diff = inspect(&Vec::<u64>::with_capacity(10)).diff(&earlier);
/// let after = diff.paths().next().unwrap().after();
/// assert_eq!((after.bytes, after.spare, after.allocations), (24 + 80, 80, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Amounts {
    /// The bytes that belong here and to no path inside, as [`TreeNode::own`] gives them.
    pub bytes: usize,
    /// The bytes here and at all paths inside.
    pub deep: usize,
    /// How many values lie here; of references, how many handles.
    pub count: usize,
    /// How many heap blocks the values own themselves.
    pub allocations: usize,
    /// Those of the `bytes` that are allocated and hold no element.
    pub spare: usize,
    /// Those of the `bytes` that are in shared blocks.
    pub shared: usize,
}

impl Amounts {
    /// Adds what belongs to a node, and to none inside it.
    pub(super) fn add(&mut self, node: TreeNode<'_>) {
        self.bytes += node.own();
        self.count = self.count.saturating_add(node.count());
        self.allocations += node.allocations();
        self.spare += node.spare();
        self.shared += node.shared();
    }
}

pub(super) fn difference(earlier: usize, later: usize) -> i128 {
    later as i128 - earlier as i128
}
