//! The memory of all roots of a [`Registry`], each shared block once.
//!
//! A [`Census`] walks over each root. For each root, and for all roots below a prefix of names such as `cache`, it has
//!
//! - the *deep size*: all memory that the root reaches;
//! - the *exclusive size*: the memory that no other root reaches;
//! - the *shared size*: the rest, and [with which roots](Census::shared_size) it is shared;
//! - the *proportional size*: the exclusive size, and an equal share of each block that it shares. Linux defines the proportional
//!   set size (PSS) of a process likewise: each page is divided by the number of processes that map it
//!   (`Documentation/filesystems/proc.rst`, `/proc/PID/smaps`). Proportional sizes add up to the
//!   [size of all roots together](Census::deep_size), to the byte. If a block does not divide evenly, the first roots by name
//!   have one byte more.
//!
//! The order of registration changes none of these figures.
//!
//! A root reaches the targets of its strong handles, also through another root, and a block whose contents are dead through its weak
//! handles. The shallow size of a registered value is a part of the block of its `Arc`. If a root reaches a part of a [shared
//! buffer](crate::Walker::shared_slice), it reaches all known parts.
//!
//! # Parts that were not measured
//!
//! A part is not measured while a lock is held or a `RefCell` mutably borrowed, if the time is over, or if an impl panics. A function
//! of a root that takes a census measures nothing. The sizes of the root are then lower bounds. [`Item::missed`] states the reason, and [`Item::last`] the last complete size. This also holds for the other roots that
//! reach the part.
//!
//! # Formats
//!
//! A census prints as text, and [`Census::write_csv`] writes a table. `Census::write_json`, `Census::write_pprof` and
//! `Census::write_html` need the features `json`, `pprof` and `html`.
//!
//! # Examples
//!
//! ```
//! use std::sync::Arc;
//! use deep_size::registry::Registry;
//!
//! let shared: Arc<[u8]> = [0; 84].into();
//! let registry = Registry::new();
//! let images = Arc::new((vec![0_u8; 1000], shared.clone()));
//! let texts = Arc::new((String::from("text"), shared));
//! registry.register("cache/images", &images);
//! registry.register("cache/texts", &texts);
//!
//! let census = registry.census();
//! let root = census.item("cache/images").unwrap();
//! // Two counts, a vector and an `Arc`; the block of the vector; the shared block.
//! assert_eq!(root.exclusive_size(), 16 + 24 + 16 + 1000);
//! assert_eq!(census.shared_size("cache/images", "cache/texts"), 16 + 84 + 4);
//! assert_eq!(root.proportional_size(), root.exclusive_size() + 104 / 2);
//! assert_eq!(census.item("cache").unwrap().exclusive_size(), census.deep_size());
//! ```

mod blocks;
mod collector;
mod csv;
mod diff;
mod display;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "metrics")]
mod metrics;
mod model;
#[cfg(feature = "pprof")]
mod pprof;
mod reach;

use core::time::Duration;
use std::string::ToString;
use std::time::Instant;
use std::vec;
use std::vec::Vec;

use deep_size_core::Size;

use self::collector::Collector;
pub use self::diff::{CensusDiff, ItemChange};
#[cfg(feature = "metrics")]
pub use self::metrics::Gauges;
use self::model::{Entry, Group, MeasuredRoot, tree};
use crate::registry::{Attempt, Attempts, Registry, Root};

/// The sizes of all roots of a registry.
#[derive(Clone, Debug)]
pub struct Census {
    roots: Vec<MeasuredRoot>,
    groups: Vec<Group>,
    elapsed: Duration,
    /// Derived from the roots and the groups.
    entries: Vec<Entry>,
}

/// The time that a census may take. The clock is read about every 16,000 values. Without a limit, a census is much faster.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Budget {
    /// The time for each root. `None` for no limit.
    pub each: Option<Duration>,
    /// The time for all roots together. `None` for no limit.
    pub total: Option<Duration>,
}

/// A root of a [`Census`], or all roots below a prefix of names.
#[derive(Clone, Copy)]
pub struct Item<'c> {
    census: &'c Census,
    entry: &'c Entry,
}

impl Registry {
    /// Measures all roots.
    ///
    /// Takes the time of [`deep_size`](crate::DeepSize::deep_size) for the roots one by one, and a constant time for each handle. In
    /// addition, it takes O(n log n) for each distinct list of holders. Here, n is the sum of the numbers of roots that reach the holders.
    /// Holders that the same roots reach count once. Memory is linear in the blocks behind handles and in the pairs of a block and its
    /// holder. It is also linear in the sizes of all distinct sets of roots that share blocks. A root behind a lock keeps the lock while
    /// it is measured.
    ///
    /// If a block with a single handle is reached twice, as when two functions report it, the census measures all roots
    /// again. This takes several times as long, and calls each function twice.
    #[must_use]
    pub fn census(&self) -> Census {
        self.census_within(Budget::default())
    }

    /// Measures all roots within this time, beginning with those that were not walked for the longest time.
    ///
    /// The parts that remain when the time is over are [missed](Item::missed). The clock is read about every 16,000 values, so a
    /// census may take longer by the time for these. It also finishes a pass over the keys of a map, and a function of a root.
    ///
    /// Only a walk that reports each value can be stopped. With a limit, a census therefore takes several times as long as
    /// [`census`](Self::census).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use deep_size::registry::Registry;
    /// use deep_size::census::Budget;
    ///
    /// let registry = Registry::new();
    /// let texts = Arc::new(vec![String::from("text"); 1000]);
    /// registry.register("texts", &texts);
    /// let complete = registry.census().deep_size();
    ///
    /// let mut budget = Budget::default();
    /// budget.total = Some(Duration::ZERO);
    /// let census = registry.census_within(budget);
    /// let root = census.item("texts").unwrap();
    /// assert_eq!(root.deep_size(), 0);
    /// assert_eq!(root.missed(), Some("not visited, because the walk was stopped"));
    /// assert_eq!(root.last().unwrap().0, complete);
    /// ```
    #[must_use]
    pub fn census_within(&self, budget: Budget) -> Census {
        let begin = Instant::now();
        let (roots, last) = self.roots_and_attempts();
        let mut order: Vec<usize> = (0..roots.len()).collect();
        order.sort_by_key(|&at| last.get(roots[at].name()).map(|last| last.begun));
        let mut begun = vec![None; roots.len()];
        let mut walk = |wants_values| {
            let mut collector = Collector::new(wants_values, roots.len());
            for &at in &order {
                let now = Instant::now();
                let each = budget.each.and_then(|each| now.checked_add(each));
                let total = budget.total.and_then(|total| begin.checked_add(total));
                let has_begun = collector.add(&roots[at], each.into_iter().chain(total).min());
                begun[at] = has_begun.then_some(now);
            }
            collector
        };
        let mut collector = walk(budget.each.or(budget.total).is_some());
        if collector.is_ambiguous() {
            collector = walk(true);
        }
        let numbers: Vec<u32> = order.iter().map(|&at| at as u32).collect();
        let groups = collector.groups(&numbers);
        let now = Instant::now();
        let census = Census::new(measured(&roots, &last, now), groups, now - begin);
        self.record(census.roots().zip(begun).filter_map(|(root, begun)| {
            let complete = root.missed().is_none().then(|| (root.deep_size(), now));
            Some((root.name().to_string(), Attempt { begun: begun?, complete }))
        }));
        census
    }
}

fn measured(roots: &[Root], attempts: &Attempts, now: Instant) -> Vec<MeasuredRoot> {
    let measured = roots.iter().map(|root| {
        let complete = attempts.get(root.name()).and_then(|last| last.complete);
        let last = complete.map(|(deep_size, at)| (deep_size, now.saturating_duration_since(at)));
        MeasuredRoot { name: root.name().into(), last }
    });
    measured.collect()
}

impl Census {
    fn new(roots: Vec<MeasuredRoot>, groups: Vec<Group>, elapsed: Duration) -> Self {
        let names: Vec<&str> = roots.iter().map(|root| root.name.as_str()).collect();
        let entries = tree(&names, &groups);
        Self { roots, groups, elapsed, entries }
    }

    /// The bytes of all roots together, each block once.
    #[must_use]
    pub fn deep_size(&self) -> usize {
        self.groups.iter().fold(0, |sum, group| sum.saturating_add(group.deep_size))
    }

    /// The time that the census took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The tree of names: each root and each prefix of a name up to a `/`, before the items below it. Siblings are sorted by name.
    ///
    /// A root with roots below it has two items: one for all of them, then one for itself. The last part of a name with more than 32
    /// parts is the rest of the name.
    pub fn items(&self) -> impl ExactSizeIterator<Item = Item<'_>> {
        self.entries.iter().map(|entry| Item { census: self, entry })
    }

    /// The roots, sorted by the parts of their names.
    pub fn roots(&self) -> impl Iterator<Item = Item<'_>> {
        self.items().filter(Item::is_root)
    }

    /// The item with this name. If roots are below a root, the item is for all of them.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<Item<'_>> {
        self.items().find(|item| item.name() == name)
    }

    /// The bytes that two items both reach. 0 if there is no item of one of the names.
    ///
    /// Takes time linear in the number of [groups](Self::shared).
    #[must_use]
    pub fn shared_size(&self, one: &str, other: &str) -> usize {
        let (Some(one), Some(other)) = (self.item(one), self.item(other)) else { return 0 };
        let groups = self.groups.iter().filter(|group| one.reaches(group) && other.reaches(group));
        groups.fold(0, |sum, group| sum.saturating_add(group.deep_size))
    }

    /// Each set of several roots with the bytes that all of them and no others reach, largest first.
    pub fn shared(&self) -> impl Iterator<Item = (Vec<Item<'_>>, usize)> {
        let roots: Vec<Item<'_>> = self.roots().collect();
        let mut groups: Vec<&Group> = self.groups.iter().filter(|group| group.roots.len() > 1).collect();
        groups.sort_by(|one, other| other.deep_size.cmp(&one.deep_size).then(one.roots.cmp(&other.roots)));
        groups.into_iter().map(move |group| {
            (group.roots.iter().map(|&root| roots[root as usize]).collect(), group.deep_size)
        })
    }
}

impl<'c> Item<'c> {
    /// The full name: `cache/images`.
    #[must_use]
    pub fn name(&self) -> &'c str {
        &self.entry.name
    }

    /// Whether this is a single root. Otherwise, it is for all roots below a name.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.entry.is_root
    }

    /// The bytes that the root reaches, each block once. For several roots, the bytes that any of them reaches.
    #[must_use]
    pub fn deep_size(&self) -> usize {
        self.entry.deep_size
    }

    /// The bytes that no other root reaches.
    #[must_use]
    pub fn exclusive_size(&self) -> usize {
        self.entry.exclusive_size
    }

    /// The bytes that other roots reach too.
    #[must_use]
    pub fn shared_size(&self) -> usize {
        self.deep_size() - self.exclusive_size()
    }

    /// The exclusive bytes and an equal share of each shared block. Sums over all roots are equal to [`Census::deep_size`].
    #[must_use]
    #[doc(alias = "PSS")]
    pub fn proportional_size(&self) -> usize {
        self.entry.proportional_size
    }

    /// The deep size and its certainty.
    #[must_use]
    pub fn size(&self) -> Size {
        let mut size = Size::default();
        size.deep_size = self.deep_size();
        size.opaque_part_count = self.entry.uncertainty.opaque_part_count;
        size.lower_bound_count = self.entry.uncertainty.lower_bound_count;
        size.missing_size = self.entry.uncertainty.missing_size;
        size
    }

    /// Why a part was not measured this time, such as a held lock. The sizes are then lower bounds, but a later census may be complete.
    #[must_use]
    pub fn missed(&self) -> Option<&'c str> {
        self.entry.uncertainty.missed.as_deref()
    }

    /// The deep size in the last census before this one in which nothing was [missed](Self::missed), and the time since then.
    ///
    /// `None` for several roots, and if there was no such census of the registry.
    #[must_use]
    pub fn last(&self) -> Option<(usize, Duration)> {
        let root = self.census.roots.get(self.entry.roots.start as usize);
        root.filter(|_| self.is_root()).and_then(|root| root.last)
    }

    fn reaches(&self, group: &Group) -> bool {
        let next = group.roots.partition_point(|root| *root < self.entry.roots.start);
        group.roots.get(next).is_some_and(|root| self.entry.roots.contains(root))
    }
}
