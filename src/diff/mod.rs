//! What has changed between two reports on a value.
//!
//! [`Report::diff`] lays the trees of two reports upon each other and tells by path and by type what was added, removed, grown,
//! shrunk or renamed. The reports may be of one value at two moments, or of two versions of a program: fields with new names,
//! types or places are found again as far as that can be told.
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
//! # What belongs together
//!
//! The roots do, and in nodes that belong together the children of one name and type; of those left, the ones of one name,
//! whose type has changed; and of those left, fields of one type, if there are as many of them earlier as later, which so have a new name.
//! Fields of a tuple, whose names are positions, are known by their type first. Elements, keys and values can
//! become one another, as when a `Vec` is made a map.
//!
//! Two things in a path depend on the number of values, and do not matter here: the `…` of a recursive node, and the type in
//! parentheses that tells several types behind one pointer apart. If earlier there was one type alone behind a `Box<dyn Shape>`,
//! its fields are those of the same type later.
//!
//! Memory with several owners is counted where it was met first, and hash maps are walked in an order of their own. So it may
//! move from one path to another without any change in total; [`PathTotals::shared_size`] tells how much of a path's bytes that may
//! concern, and types are not affected.
//!
//! # As a document
//!
//! With the feature `serde` a [`Diff`] can be serialised, and with `json` [written](Diff::to_json) as JSON: an object with `format`
//! (`"deep-size diff"`), `version` (1), `bytes` (later less earlier), the totals `earlier` and `later` (see [`ReportTotals`] for their
//! members), `paths` and `types`, both with the largest change first. Members may be added to it without a new version.
//!
//! A path has its `kind` (`added`, `removed`, `renamed`, `grown`, `shrunk`, `changed`), the change in `bytes` and in `count`, `path` and `type`,
//! `earlier_path` and `earlier_type` where those were others, and `before` and `after`, which have the members of [`PathTotals`]. A type has the same
//! without paths; `before` and `after` are its `bytes`, `count` and `spare`.
//!
//! This needs the feature `std`.

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

use crate::inspect::Report;
use crate::tree::Tree;
use crate::tree::names::short;
use amounts::difference;
use layers::Place;

/// What has changed between two reports, as [`Report::diff`] finds it. See the [module](self).
///
/// The changes of all [paths](Self::paths) are together that of the total, and so are those of all [types](Self::types).
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
    places: Vec<Place>,
    /// The places where something has changed, the largest change first.
    changed: Vec<u32>,
    types: Vec<TypeChange>,
}

impl Report {
    /// What has changed since an earlier report: on the same value, or on another one that is much like it.
    ///
    /// Takes time and memory linear in the nodes of both reports. The result holds copies of both trees.
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
            places: align::align(earlier, later),
            changed: Vec::new(),
            types: types(reports),
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

    /// By how many bytes the deep size has changed.
    #[must_use]
    pub fn deep_size_change(&self) -> i64 {
        difference(self.earlier().deep_size, self.later().deep_size)
    }

    /// Whether nothing has changed: neither a total, nor anything by path or by type.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.types.is_empty() && self.totals[0] == self.totals[1]
    }

    /// The paths where something has changed; the one with the largest change in bytes first, whether up or down, and equal ones
    /// in the order in which the later value was walked.
    ///
    /// [`Change::own_size_change`] counts what belongs to a path and to none inside it, so that nothing is told twice.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = Change<'_>> {
        self.changed.iter().map(|&place| self.change(place))
    }

    /// The types of which there are more or fewer values or bytes; the one with the largest change in bytes first, whether up
    /// or down.
    #[must_use]
    pub fn types(&self) -> &[TypeChange] {
        &self.types
    }
}

/// The types whose totals have changed. One that is known by the end of its path alone has moved to another module.
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
    // By the end of the path: how many are gone and where the last of them is, and how many are new.
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
    types.retain(|change| change.earlier != change.later);
    types.sort_by_key(|change| Reverse(change.size_change().unsigned_abs()));
    types
}
