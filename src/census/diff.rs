use core::cmp::Ordering;
use core::{fmt, iter};

use deep_size_format::units::{Bytes, SignedBytes};
use deep_size_format::visible::Visible;

use super::{Census, Item};

/// The changes between two censuses, from [`Census::diff`].
#[derive(Clone, Copy, Debug)]
pub struct CensusDiff<'c> {
    before: &'c Census,
    after: &'c Census,
}

/// An item of one or both censuses. `None` if a census lacks the item.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ItemChange<'c> {
    /// The item in the earlier census.
    pub before: Option<Item<'c>>,
    /// The item in the later census.
    pub after: Option<Item<'c>>,
}

impl Census {
    /// Compares this census with an earlier one.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use deep_size::registry::Registry;
    ///
    /// let registry = Registry::new();
    /// let texts = Arc::new(Mutex::new(Vec::with_capacity(10)));
    /// registry.register("texts", &texts);
    /// let before = registry.census();
    /// texts.lock().unwrap().push(String::from("text"));
    /// let after = registry.census();
    ///
    /// let changed: Vec<_> = after.diff(&before).changes().map(|change| change.name()).collect();
    /// assert_eq!(changed, ["texts"]);
    /// assert_eq!(after.diff(&before).deep_size(), 4);
    /// ```
    #[must_use]
    pub fn diff<'c>(&'c self, earlier: &'c Self) -> CensusDiff<'c> {
        CensusDiff { before: earlier, after: self }
    }
}

impl<'c> CensusDiff<'c> {
    /// The difference of all bytes.
    #[must_use]
    pub fn deep_size(&self) -> i128 {
        difference(self.before.deep_size(), self.after.deep_size())
    }

    /// The items with a different size, and the items of only one census, in the order of [`Census::items`].
    pub fn changes(&self) -> impl Iterator<Item = ItemChange<'c>> {
        // An item is identified by its name, and by whether it is for a root alone. Both censuses are sorted by these.
        let order = |one: &Item<'_>, other: &Item<'_>| {
            let names = one.name().split('/').cmp(other.name().split('/'));
            names.then(one.is_root().cmp(&other.is_root()))
        };
        let (mut before, mut after) = (self.before.items().peekable(), self.after.items().peekable());
        let items = iter::from_fn(move || {
            let order = match (before.peek(), after.peek()) {
                (Some(one), Some(other)) => order(one, other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return None,
            };
            let before = before.next_if(|_| order.is_le());
            Some(ItemChange { before, after: after.next_if(|_| order.is_ge()) })
        });
        items.filter(|change| {
            let sizes = |item: Item<'_>| (item.deep_size(), item.exclusive_size(), item.proportional_size());
            change.before.map(sizes) != change.after.map(sizes)
        })
    }
}

impl<'c> ItemChange<'c> {
    /// The name of the item.
    #[must_use]
    pub fn name(&self) -> &'c str {
        self.after.or(self.before).map_or("", |item| item.name())
    }

    /// The differences of a size. An item that does not exist has 0 bytes.
    fn of(&self, size: impl Fn(Item<'_>) -> usize) -> i128 {
        difference(self.before.map_or(0, &size), self.after.map_or(0, &size))
    }
}

fn difference(before: usize, after: usize) -> i128 {
    after as i128 - before as i128
}

impl fmt::Display for CensusDiff<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = [self.before, self.after].map(|census| Bytes(census.deep_size()));
        writeln!(out, "{} ({before} before, {after} now)", SignedBytes(self.deep_size()))?;
        if self.changes().next().is_some() {
            writeln!(out, "\n{:>11} {:>11} {:>11}  root", "share", "exclusive", "deep")?;
        }
        for change in self.changes() {
            let share = SignedBytes(change.of(|item| item.proportional_size()));
            let exclusive = SignedBytes(change.of(|item| item.exclusive_size()));
            let deep = SignedBytes(change.of(|item| item.deep_size()));
            write!(out, "{share:>11} {exclusive:>11} {deep:>11}  {}", Visible(change.name()))?;
            out.write_str(match (change.before, change.after) {
                (None, _) => " (new)\n",
                (_, None) => " (gone)\n",
                _ => "\n",
            })?;
        }
        Ok(())
    }
}
