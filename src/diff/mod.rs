//! The difference between two reports.
//!
//! [`Report::diff`] aligns the trees of two reports. It lists, by path and by type, the additions, removals, renames and changes
//! of size. The reports may be of one value at two moments, or of two versions of a program.
//!
//! ```
//! use deep_size::{DeepSize, inspect};
//!
//! #[derive(DeepSize)]
//! struct User {
//!     id: u64,
//!     name: String,
//! }
//!
//! let mut users = vec![User { id: 0, name: "x".repeat(1000) }];
//! let earlier = inspect(&users);
//! users.reserve_exact(101);
//! users.extend((1..102).map(|id| User { id, name: "x".repeat(1000) }));
//!
//! let diff = inspect(&users).diff(&earlier);
//! assert_eq!(
//!     diff.to_string(),
//!     "\
//! Vec<User>: 1.0 KiB -> 102.8 KiB (+101.8 KiB, +303 values, +101 allocations)
//!
//! +101.0 KiB  +101 values  [].name: String
//!     +808 B  +202 values  … 2 more
//! "
//! );
//! # assert_eq!(diff.deep_size_change(), 101 * 1032);
//! ```
//!
//! # Matching
//!
//! The roots match. The children of matching nodes are matched in three steps:
//!
//! 1. Children of equal name and type.
//! 2. Of the remaining ones, children of equal name. Their type has changed.
//! 3. Of the remaining ones, fields of equal type, if there are as many earlier as later. They were renamed.
//!
//! Fields of a tuple, whose names are positions, match by type first. Elements match keys and values, in case a `Vec` became a
//! map.
//!
//! Two parts of a path depend on the number of values, and are ignored: the `…` of a recursive node, and the type in parentheses
//! that separates several types behind one pointer. If a `Box<dyn Shape>` had one type earlier, its fields match the fields of
//! the same type later.
//!
//! Memory with several owners counts at the first path of the walk, and hash maps have no fixed order. So shared memory may move
//! from one path to another while the total stays the same. [`PathTotals::shared_size`] is the size of this memory at a path.
//! Types are not affected.
//!
//! # Estimates
//!
//! If a report has [estimated counts](crate::inspect::TreeNode::sample_size), their differences are estimates too. A printed difference
//! marks them with `≈`. Even without a change, they may differ if a hash map has another order. The changes still add up to the change of the total.
//!
//! # JSON
//!
//! The feature `serde` implements `Serialize` for [`Diff`], and `json` adds [`Diff::to_json`]. The document is an object:
//!
//! | member | value |
//! | --- | --- |
//! | `format` | `"deep-size diff"` |
//! | `version` | `1` |
//! | `bytes` | the change of the deep size |
//! | `earlier`, `later` | `deep`, `shallow`, `values`, `allocations`, `spare`, `shared`, `exclusive`, `external`, `cyclic`, `is_exact`, `is_truncated` |
//! | `paths` | the changed paths, largest change first |
//! | `types` | the changed types, largest change first |
//!
//! A path has `kind` (`added`, `removed`, `renamed`, `grown`, `shrunk`, `changed`), `bytes` and `count` (the changes), `path`, `type`,
//! and `earlier_path` and `earlier_type` if these differ. Its `before` and `after` have `bytes`, `deep`, `count`, `allocations`, `spare`
//! and `shared`. A type has the same members, except the paths. Its `before` and `after` have `bytes`, `count` and `spare`. If a figure
//! of a path or type is estimated from samples, `estimated` is `true`. Otherwise, this member is absent.
//!
//! A path of more than 1000 characters is cut at its beginning, and starts with `…`.
//!
//! Later releases may add members without a new version.
//!
//! This module needs the feature `std`.

mod align;
mod amounts;
mod change;
mod display;
mod folds;
mod layers;
mod pairs;
#[cfg(feature = "serde")]
mod serialise;

use core::cmp::Reverse;
use std::collections::HashMap;
use std::string::String;
use std::vec::Vec;

pub use amounts::{PathTotals, ReportTotals};
pub use change::{Change, ChangeKind, TypeChange};

use crate::inspect::{Report, TypeTotal};
use crate::tree::Tree;
use crate::tree::names::short;
use amounts::difference;
use layers::Place;

/// The difference between two reports, from [`Report::diff`].
///
/// The changes of all [paths](Self::paths) add up to the change of the total. So do the changes of all [types](Self::types).
///
/// # Examples
///
/// ```
/// use deep_size::inspect;
///
/// let earlier = inspect(&(vec![1_u8; 10], String::from("text")));
/// let later = inspect(&(vec![1_u8; 30], String::new()));
/// let diff = later.diff(&earlier);
/// assert_eq!(diff.deep_size_change(), 20 - 4);
///
/// let paths: Vec<_> = diff.paths().map(|change| (change.path(), change.own_size_change())).collect();
/// assert_eq!(paths, [("0[]".to_owned(), 20), ("1".to_owned(), -4)]);
/// assert!(later.diff(&later).is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Diff {
    trees: [Tree; 2],
    totals: [ReportTotals; 2],
    allocation_names: [&'static str; 2],
    places: Vec<Place>,
    /// The changed places, largest change first.
    changed: Vec<u32>,
    types: Vec<TypeChange>,
    /// Whether the number of values is estimated in one of the reports.
    estimates_values: bool,
}

impl Report {
    /// Compares this report with an earlier one, of the same value or of a similar one.
    ///
    /// Takes time and memory linear in the nodes of both reports. The result holds copies of both trees.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let mut log = vec![String::from("started")];
    /// let earlier = inspect(&log);
    /// log[0].push_str(" and running");
    /// let diff = inspect(&log).diff(&earlier);
    /// assert_eq!(diff.paths().next().unwrap().path(), "[]");
    /// ```
    #[must_use]
    pub fn diff(&self, earlier: &Self) -> Diff {
        Diff::new(earlier, self)
    }
}

impl Diff {
    fn new(earlier: &Report, later: &Report) -> Self {
        let reports = [earlier, later];
        let mut diff = Self {
            trees: reports.map(|report| report.tree.clone()),
            totals: reports.map(ReportTotals::of),
            // The longer names are true of both reports.
            allocation_names: earlier.allocation_names().max(later.allocation_names()),
            places: align::align(earlier, later),
            changed: Vec::new(),
            types: types(reports),
            estimates_values: reports
                .iter()
                .any(|report| report.types().iter().any(|total| total.is_estimate)),
        };
        let mut changed: Vec<u32> = (0..diff.places.len() as u32).collect();
        changed.retain(|&place| diff.change(place).is_change());
        changed.sort_by_key(|&place| {
            let [earlier, later] = diff.places[place as usize].nodes;
            (Reverse(diff.change(place).own_size_change().unsigned_abs()), later, earlier)
        });
        diff.changed = changed;
        diff
    }

    fn change(&self, place: u32) -> Change<'_> {
        Change { trees: &self.trees, place: &self.places[place as usize] }
    }

    /// The totals of the earlier report.
    #[must_use]
    pub fn earlier(&self) -> &ReportTotals {
        &self.totals[0]
    }

    /// The totals of the later report.
    #[must_use]
    pub fn later(&self) -> &ReportTotals {
        &self.totals[1]
    }

    /// The change of the deep size, in bytes. Saturating.
    #[must_use]
    pub fn deep_size_change(&self) -> i64 {
        difference(self.earlier().deep_size, self.later().deep_size)
    }

    /// Whether the reports are equal in all totals, paths and types.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.types.is_empty() && self.totals[0] == self.totals[1]
    }

    /// The changed paths, largest change first, then in the order of the later walk.
    ///
    /// The order is by absolute value of [`Change::own_size_change`]. Each byte counts at one path only.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = Change<'_>> {
        self.changed.iter().map(|&place| self.change(place))
    }

    /// The changed types, largest absolute change first.
    ///
    /// Padding and bytes unused by variants are not compared.
    #[must_use]
    pub fn types(&self) -> &[TypeChange] {
        &self.types
    }
}

/// The types with changed totals. A type of equal name in another module has moved there.
fn types(reports: [&Report; 2]) -> Vec<TypeChange> {
    let mut types: Vec<TypeChange> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for total in reports[0].types() {
        at.insert(&total.type_name, types.len());
        types.push(TypeChange { earlier: Some(total.clone()), later: None });
    }
    let mut new = Vec::new();
    for total in reports[1].types() {
        match at.get(&*total.type_name) {
            Some(&at) if types[at].later.is_none() => types[at].later = Some(total.clone()),
            _ => new.push(total),
        }
    }
    // By the last part of the name: the number of removed types, the index of the last one, and the number of added types.
    let mut ends: HashMap<String, [usize; 3]> = HashMap::new();
    for (at, change) in types.iter().enumerate().filter(|(_, change)| change.later.is_none()) {
        let [gone, last, _] = ends.entry(short(change.type_name())).or_default();
        (*gone, *last) = (*gone + 1, at);
    }
    for total in &new {
        ends.entry(short(&total.type_name)).or_default()[2] += 1;
    }
    for total in new {
        match ends.get(&short(&total.type_name)) {
            Some(&[1, last, 1]) => types[last].later = Some(total.clone()),
            _ => types.push(TypeChange { earlier: None, later: Some(total.clone()) }),
        }
    }
    let figures = |total: &Option<TypeTotal>| {
        total.as_ref().map(|total| (total.type_name.clone(), total.count, total.size, total.spare_size))
    };
    types.retain(|change| figures(&change.earlier) != figures(&change.later));
    types.sort_by_key(|change| Reverse(change.size_change().unsigned_abs()));
    types
}
