//! One change.

use core::fmt;
use std::string::String;

use super::amounts::{PathTotals, difference};
use super::layers::Place;
use crate::inspect::TypeTotal;
use crate::tree::stats::NONE;
use crate::tree::{Tree, TreeNode};

/// What has happened at a path, or to a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was not there earlier.
    Added,
    /// It is not there any more.
    Removed,
    /// It goes by another name, and may have grown or shrunk as well.
    Renamed,
    /// It holds more bytes.
    Grown,
    /// It holds fewer bytes.
    Shrunk,
    /// It holds as many bytes; but its type is another, or the number of values or of blocks, or the share of spare or shared
    /// memory.
    Changed,
}

/// What has changed at a path.
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

    /// What has happened here.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match (self.earlier(), self.later()) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ if self.place.is_renamed => ChangeKind::Renamed,
            _ => by_bytes(self.own_size_change()),
        }
    }

    /// The way here from the root, as [`TreeNode::path`] gives it in the later report; of what was removed, in the earlier one.
    ///
    /// Takes time linear in its length.
    #[must_use]
    pub fn path(&self) -> String {
        self.latest().map_or_else(String::new, |node| node.path())
    }

    /// The way here in the earlier report, which is another if something on it has a new name; `None` if it was added.
    #[must_use]
    pub fn earlier_path(&self) -> Option<String> {
        self.earlier().map(|node| node.path())
    }

    /// The type in the later report, as [`core::any::type_name`] gives it; of what was removed, in the earlier one.
    #[must_use]
    pub fn type_name(&self) -> &'d str {
        self.latest().map_or("", |node| node.type_name())
    }

    /// The type in the earlier report, or `None` if it was added.
    #[must_use]
    pub fn earlier_type_name(&self) -> Option<&'d str> {
        self.earlier().map(|node| node.type_name())
    }

    /// The change in bytes that belong here and to no path inside: [`PathTotals::own_size`], after less before.
    #[must_use]
    pub fn own_size_change(&self) -> i64 {
        difference(self.before().own_size, self.after().own_size)
    }

    /// The change in bytes here and at all paths inside: [`PathTotals::deep_size`], after less before.
    #[must_use]
    pub fn deep_size_change(&self) -> i64 {
        difference(self.before().deep_size, self.after().deep_size)
    }

    /// The change in the number of values, after less before.
    #[must_use]
    pub fn count_change(&self) -> i64 {
        difference(self.before().count, self.after().count)
    }

    /// What was here in the earlier report.
    #[must_use]
    pub fn before(&self) -> PathTotals {
        self.place.amounts[0]
    }

    /// What is here in the later report.
    #[must_use]
    pub fn after(&self) -> PathTotals {
        self.place.amounts[1]
    }

    pub(super) fn latest(&self) -> Option<TreeNode<'d>> {
        self.later().or_else(|| self.earlier())
    }

    /// Whether it is one. What has only changed inside is told there.
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

/// What has changed in all values of a type.
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
    /// The total in the earlier report, if there were values of the type.
    pub earlier: Option<TypeTotal>,
    /// The total in the later report, if there are values of the type.
    pub later: Option<TypeTotal>,
}

impl TypeChange {
    /// The type's name in the later report, as [`core::any::type_name`] gives it; of one that was removed, in the earlier one.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.later.as_ref().or(self.earlier.as_ref()).map_or("", |total| &total.type_name)
    }

    /// What has happened; a type that has moved to another module is renamed.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match (&self.earlier, &self.later) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            (Some(earlier), Some(later)) if earlier.type_name != later.type_name => ChangeKind::Renamed,
            _ => by_bytes(self.size_change()),
        }
    }

    /// The change in bytes, after less before.
    #[must_use]
    pub fn size_change(&self) -> i64 {
        self.of(|total| total.size)
    }

    /// The change in the number of values, after less before.
    #[must_use]
    pub fn count_change(&self) -> i64 {
        self.of(|total| total.count)
    }

    fn of(&self, amount: impl Fn(&TypeTotal) -> usize) -> i64 {
        let amount = |total: &Option<TypeTotal>| total.as_ref().map_or(0, &amount);
        difference(amount(&self.earlier), amount(&self.later))
    }
}

/// What has happened to something that was there earlier and is there later.
fn by_bytes(bytes: i64) -> ChangeKind {
    match bytes {
        1.. => ChangeKind::Grown,
        0 => ChangeKind::Changed,
        _ => ChangeKind::Shrunk,
    }
}
