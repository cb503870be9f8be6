//! Registries and censuses: sizes, shares, budgets and threads.

mod budgets;
mod cases;
#[cfg(feature = "html")]
mod page;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod threads;

use deep_size::census::{Census, Item};

/// The item with this name.
#[track_caller]
fn item<'c>(census: &'c Census, name: &str) -> Item<'c> {
    census.item(name).expect("there is an item with this name")
}

/// The proportional, exclusive and deep sizes of an item.
#[track_caller]
fn sizes(census: &Census, name: &str) -> [usize; 3] {
    let item = item(census, name);
    [item.proportional_size(), item.exclusive_size(), item.deep_size()]
}
