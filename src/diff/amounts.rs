//! The totals before and after.

use crate::inspect::Report;
use crate::tree::TreeNode;

/// The totals of a report.
///
/// # Examples
///
/// ```
/// use deep_size::inspect;
///
/// let report = inspect(&vec![String::from("text")]);
/// let diff = report.diff(&report);
/// let totals = diff.later();
/// assert_eq!((totals.deep_size, totals.shallow_size), (report.deep_size(), report.shallow_size()));
/// assert_eq!((totals.value_count, totals.allocation_count), (2, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ReportTotals {
    /// See [`Report::deep_size`].
    #[cfg_attr(feature = "serde", serde(rename = "deep"))]
    pub deep_size: usize,
    /// See [`Report::shallow_size`].
    #[cfg_attr(feature = "serde", serde(rename = "shallow"))]
    pub shallow_size: usize,
    /// The number of values of all [types](Report::types).
    #[cfg_attr(feature = "serde", serde(rename = "values"))]
    pub value_count: usize,
    /// See [`Report::allocation_count`].
    #[cfg_attr(feature = "serde", serde(rename = "allocations"))]
    pub allocation_count: usize,
    /// See [`Report::spare_size`].
    #[cfg_attr(feature = "serde", serde(rename = "spare"))]
    pub spare_size: usize,
    /// See [`Report::shared_size`].
    #[cfg_attr(feature = "serde", serde(rename = "shared"))]
    pub shared_size: usize,
    /// See [`Report::exclusive_size`].
    #[cfg_attr(feature = "serde", serde(rename = "exclusive"))]
    pub exclusive_size: usize,
    /// See [`Report::external_size`].
    #[cfg_attr(feature = "serde", serde(rename = "external"))]
    pub external_size: usize,
    /// See [`Report::cyclic_size`].
    #[cfg_attr(feature = "serde", serde(rename = "cyclic"))]
    pub cyclic_size: usize,
    /// See [`Report::uncertain_size`].
    #[cfg_attr(feature = "serde", serde(rename = "uncertain"))]
    pub uncertain_size: usize,
    /// See [`Report::is_exact`].
    pub is_exact: bool,
    /// See [`Report::is_truncated`].
    pub is_truncated: bool,
}

impl ReportTotals {
    pub(super) fn of(report: &Report) -> Self {
        Self {
            deep_size: report.deep_size(),
            shallow_size: report.shallow_size(),
            value_count: report.types().iter().fold(0, |sum, total| sum.saturating_add(total.count)),
            allocation_count: report.allocation_count(),
            spare_size: report.spare_size(),
            shared_size: report.shared_size(),
            exclusive_size: report.exclusive_size(),
            external_size: report.external_size(),
            cyclic_size: report.cyclic_size(),
            uncertain_size: report.uncertain_size(),
            is_exact: report.is_exact(),
            is_truncated: report.is_truncated(),
        }
    }
}

/// The totals at a path in one of the two reports.
///
/// # Examples
///
/// ```
/// use deep_size::inspect;
///
/// let earlier = inspect(&Vec::<u64>::new());
/// let diff = inspect(&Vec::<u64>::with_capacity(10)).diff(&earlier);
/// let after = diff.paths().next().unwrap().after();
/// assert_eq!((after.own_size, after.spare_size, after.allocation_count), (24 + 80, 80, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PathTotals {
    /// See [`TreeNode::own_size`]: the bytes at this path and not at a path inside it.
    #[cfg_attr(feature = "serde", serde(rename = "bytes"))]
    pub own_size: usize,
    /// The bytes at this path and at all paths inside it.
    #[cfg_attr(feature = "serde", serde(rename = "deep"))]
    pub deep_size: usize,
    /// The number of values, or of handles on memory that another path counts.
    pub count: usize,
    /// The number of heap blocks that the values own directly.
    #[cfg_attr(feature = "serde", serde(rename = "allocations"))]
    pub allocation_count: usize,
    /// The part of `own_size` that is allocated and holds no element.
    #[cfg_attr(feature = "serde", serde(rename = "spare"))]
    pub spare_size: usize,
    /// The part of `own_size` that is in shared blocks.
    #[cfg_attr(feature = "serde", serde(rename = "shared"))]
    pub shared_size: usize,
}

impl PathTotals {
    /// Adds a node, without its children.
    pub(super) fn add(&mut self, node: TreeNode<'_>) {
        self.own_size = self.own_size.saturating_add(node.own_size());
        self.count = self.count.saturating_add(node.count());
        self.allocation_count = self.allocation_count.saturating_add(node.allocation_count());
        self.spare_size = self.spare_size.saturating_add(node.spare_size());
        self.shared_size = self.shared_size.saturating_add(node.shared_size());
    }
}

/// `later - earlier`, saturating.
pub(super) fn difference(earlier: usize, later: usize) -> i64 {
    let size = i64::try_from(later.abs_diff(earlier)).unwrap_or(i64::MAX);
    if later < earlier { -size } else { size }
}
