//! A change at a path or of a type.

use core::fmt;
use std::string::String;

use super::amounts::{PathTotals, difference};
use super::layers::Place;
use crate::inspect::TypeTotal;
use crate::tree::stats::NONE;
use crate::tree::{Tree, TreeNode};

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ChangeKind {
    /// New in the later report.
    Added,
    /// Only in the earlier report.
    Removed,
    /// Has a different name. The sizes may differ too.
    Renamed,
    /// Owns more bytes.
    Grown,
    /// Owns fewer bytes.
    Shrunk,
    /// Owns as many bytes as before. The type, the counts, or the spare or shared sizes differ.
    Changed,
}

/// A change at a path.
///
/// # Examples
///
/// ```
/// use deep_size::diff::ChangeKind;
/// use deep_size::{DeepSize, inspect};
///
/// mod before {
///     #[derive(deep_size::DeepSize)]
///     pub struct Page {
///         pub text: String,
///     }
/// }
///
/// #[derive(DeepSize)]
/// struct Page {
///     contents: String,
///     number: u32,
/// }
///
/// let earlier = inspect(&before::Page { text: "a text".into() });
/// let later = inspect(&Page { contents: "a longer text".into(), number: 7 });
/// let diff = later.diff(&earlier);
///
/// let text = diff.paths().find(|change| change.path() == "contents").unwrap();
/// assert_eq!((text.kind(), text.earlier_path().as_deref()), (ChangeKind::Renamed, Some("text")));
/// assert_eq!((text.own_size_change(), text.before().own_size, text.after().own_size), (7, 24 + 6, 24 + 13));
///
/// let number = diff.paths().find(|change| change.path() == "number").unwrap();
/// assert_eq!((number.kind(), number.own_size_change()), (ChangeKind::Added, 4));
/// ```
#[derive(Clone, Copy)]
pub struct Change<'d> {
    pub(super) trees: &'d [Tree; 2],
    pub(super) place: &'d Place,
}

impl<'d> Change<'d> {
    fn node(&self, side: usize) -> Option<TreeNode<'d>> {
        let id = self.place.nodes[side];
        (id != NONE).then(|| self.trees[side].node(id))
    }

    /// The node in the earlier report.
    #[must_use]
    pub fn earlier(&self) -> Option<TreeNode<'d>> {
        self.node(0)
    }

    /// The node in the later report.
    #[must_use]
    pub fn later(&self) -> Option<TreeNode<'d>> {
        self.node(1)
    }

    /// The kind of the change.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match (self.earlier(), self.later()) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ if self.place.is_renamed => ChangeKind::Renamed,
            _ => by_bytes(self.own_size_change()),
        }
    }

    /// The path in the later report, from [`TreeNode::path`]. If the path was removed, the path in the earlier report.
    ///
    /// Takes time linear in the length of the path.
    #[must_use]
    pub fn path(&self) -> String {
        self.latest().map_or_else(String::new, |node| node.path())
    }

    /// The path in the earlier report, which differs if a part of it was renamed. `None` if the path was added.
    #[must_use]
    pub fn earlier_path(&self) -> Option<String> {
        self.earlier().map(|node| node.path())
    }

    /// The type in the later report, from [`core::any::type_name`]. If the path was removed, the type in the earlier report.
    #[must_use]
    pub fn type_name(&self) -> &'d str {
        self.latest().map_or("", |node| node.type_name())
    }

    /// The type in the earlier report. `None` if the path was added.
    #[must_use]
    pub fn earlier_type_name(&self) -> Option<&'d str> {
        self.earlier().map(|node| node.type_name())
    }

    /// The change of [`PathTotals::own_size`]: the bytes at this path and not at a path inside it. Saturating.
    #[must_use]
    pub fn own_size_change(&self) -> i64 {
        difference(self.before().own_size, self.after().own_size)
    }

    /// The change of [`PathTotals::deep_size`]: the bytes at this path and at all paths inside it. Saturating.
    #[must_use]
    pub fn deep_size_change(&self) -> i64 {
        difference(self.before().deep_size, self.after().deep_size)
    }

    /// The change in the number of values.
    #[must_use]
    pub fn count_change(&self) -> i64 {
        difference(self.before().count, self.after().count)
    }

    /// The totals in the earlier report. All are 0 if the path was added.
    #[must_use]
    pub fn before(&self) -> PathTotals {
        self.place.amounts[0]
    }

    /// The totals in the later report. All are 0 if the path was removed.
    #[must_use]
    pub fn after(&self) -> PathTotals {
        self.place.amounts[1]
    }

    /// Whether the change of the count is estimated from samples.
    pub(super) fn has_estimated_count(&self) -> bool {
        [self.earlier(), self.later()].iter().flatten().any(|node| node.sample_size().is_some())
    }

    /// Whether the change of the own size is estimated from samples.
    pub(crate) fn has_estimated_size(&self) -> bool {
        [self.earlier(), self.later()].iter().flatten().any(TreeNode::has_estimated_size)
    }

    pub(super) fn latest(&self) -> Option<TreeNode<'d>> {
        self.later().or_else(|| self.earlier())
    }

    /// Whether this path itself has changed, not only a path inside it.
    pub(super) fn is_change(&self) -> bool {
        let but_inside = |amounts: PathTotals| PathTotals { deep_size: 0, ..amounts };
        self.place.is_renamed
            || but_inside(self.before()) != but_inside(self.after())
            || self.node(0).map(|node| node.type_name()) != self.node(1).map(|node| node.type_name())
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Change")
            .field("kind", &self.kind())
            .field("path", &self.path())
            .field("type_name", &self.type_name())
            .field("before", &self.before())
            .field("after", &self.after())
            .finish_non_exhaustive()
    }
}

/// A change in all values of one type.
///
/// # Examples
///
/// ```
/// use deep_size::diff::ChangeKind;
/// use deep_size::inspect;
///
/// let earlier = inspect(&(vec![1_u8; 10], 7_u32));
/// let diff = inspect(&(vec![1_u8; 30], 7_u32)).diff(&earlier);
/// let [numbers] = diff.types() else { panic!("there are as many bytes in the others") };
/// assert_eq!((numbers.type_name(), numbers.kind()), ("u8", ChangeKind::Grown));
/// assert_eq!((numbers.size_change(), numbers.count_change()), (20, 20));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypeChange {
    /// The total in the earlier report. `None` if the type was added.
    pub earlier: Option<TypeTotal>,
    /// The total in the later report. `None` if the type was removed.
    pub later: Option<TypeTotal>,
}

impl TypeChange {
    /// The name of the type in the later report, from [`core::any::type_name`]. If the type was removed, the name in the earlier
    /// report.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.later.as_ref().or(self.earlier.as_ref()).map_or("", |total| &total.type_name)
    }

    /// The kind of the change. A type that has moved to another module is renamed.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match (&self.earlier, &self.later) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            (Some(earlier), Some(later)) if earlier.type_name != later.type_name => ChangeKind::Renamed,
            _ => by_bytes(self.size_change()),
        }
    }

    /// The change in bytes. Saturating.
    #[must_use]
    pub fn size_change(&self) -> i64 {
        self.of(|total| total.size)
    }

    /// The change in the number of values.
    #[must_use]
    pub fn count_change(&self) -> i64 {
        self.of(|total| total.count)
    }

    /// Whether the change of the count is estimated from samples.
    pub(super) fn has_estimated_count(&self) -> bool {
        [&self.earlier, &self.later].into_iter().flatten().any(|total| total.is_estimate)
    }

    /// Whether the change in bytes is estimated from samples.
    pub(super) fn has_estimated_size(&self) -> bool {
        [&self.earlier, &self.later].into_iter().flatten().any(|total| total.has_estimated_size)
    }

    fn of(&self, amount: impl Fn(&TypeTotal) -> usize) -> i64 {
        let amount = |total: &Option<TypeTotal>| total.as_ref().map_or(0, &amount);
        difference(amount(&self.earlier), amount(&self.later))
    }
}

fn by_bytes(bytes: i64) -> ChangeKind {
    match bytes {
        1.. => ChangeKind::Grown,
        0 => ChangeKind::Changed,
        _ => ChangeKind::Shrunk,
    }
}
