//! Values of crates whose features in this build change how values are stored. They are reported as lower bounds.
#![cfg(test)]

#[path = "../../support/mod.rs"]
mod support;

use std::collections::HashSet;

use deep_size::{DeepSize, Reason};
use serde_json::{Number, Value, json};

use support::{Sum, assert_opaque, live_bytes};

const LOCK_FILE: &str = include_str!("../../../Cargo.lock");

/// The packages of a lock file.
fn packages() -> toml::Table {
    LOCK_FILE.parse().unwrap()
}

#[test]
fn a_number_counts_at_least_its_text() {
    assert!(!Number::is_flat());
    for text in ["0", "-1.5e300", "123456789012345678901234567890.123"] {
        let number = || text.parse::<Number>().unwrap();
        assert_eq!(assert_opaque(Reason::Hidden, number), number().as_str().len());
        let (before, clone) = (live_bytes(), number().clone());
        assert_eq!(live_bytes() - before, clone.heap_size() as isize, "a clone has no spare capacity");
    }
}

#[test]
fn an_ordered_map_counts_at_least_its_entries() {
    let text = serde_json::to_string(&packages()).unwrap();
    assert!(text.len() > 20_000, "the lock file has enough text");
    let parse = || serde_json::from_str::<Value>(&text).unwrap();
    let least = assert_opaque(Reason::Hidden, parse);
    assert!(least > text.len(), "more than the texts is counted");
}

/// An entry takes a hash, a key, a value, and a slot in a table of at least four.
#[test]
fn the_bound_is_tight_without_spare_capacity() {
    const BUCKET: usize = 8 + size_of::<String>() + size_of::<Value>();

    let one = json!({ "key": null });
    let table = HashSet::from([1_usize]).heap_size();
    assert_eq!(one.heap_size(), BUCKET + table + 3);
    assert_eq!(json!({}).heap_size(), 0);
    assert_eq!(Sum::of(&json!({})).opaque, [Reason::Hidden]);
}

#[test]
fn an_ordered_table_counts_at_least_its_entries() {
    let least = assert_opaque(Reason::Hidden, packages);
    assert!(least > LOCK_FILE.len(), "more than the texts is counted");
}
