//! Values of crates whose features in this build change how values are stored. They are reported as lower bounds.
#![cfg(test)]

#[path = "../../support/mod.rs"]
mod support;

use std::collections::HashSet;

use deep_size::{DeepSize, Reason, Size};
use serde_json::{Number, Value, json};

use support::{Sum, assert_lower_bound, live_bytes};

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
        assert_eq!(assert_lower_bound(Reason::Capacity, number), number().as_str().len());
        let (before, clone) = (live_bytes(), number().clone());
        assert_eq!(live_bytes() - before, clone.heap_size() as isize, "a clone has no spare capacity");
    }
}

/// The string of a number has room for at most twice its length, or for 16 bytes.
#[test]
fn a_number_has_a_limit() {
    for len in 1..300 {
        let digits = "7".repeat(len);
        for text in
            [digits.clone(), format!("-{digits}.{digits}"), format!("{digits}e-1"), format!("0.{digits}E7")]
        {
            assert_lower_bound(Reason::Capacity, || text.parse::<Number>().unwrap());
            assert_lower_bound(Reason::Capacity, || serde_json::from_str::<Number>(&text).unwrap());
            assert_lower_bound(Reason::Capacity, || {
                serde_json::from_reader::<_, Number>(text.as_bytes()).unwrap()
            });
            let value = || match serde_json::from_str::<Value>(&text).unwrap() {
                Value::Number(number) => number,
                other => panic!("{other} is not a number"),
            };
            assert_lower_bound(Reason::Capacity, value);
            assert!(Size::of(&value()).upper_bound().is_some());
        }
    }
    for power in 0..64 {
        assert_lower_bound(Reason::Capacity, || Number::from(u64::MAX >> power));
        assert_lower_bound(Reason::Capacity, || Number::from(i64::MIN >> power));
        assert_lower_bound(Reason::Capacity, || Number::from_u128(u128::MAX >> power).unwrap());
        assert_lower_bound(Reason::Capacity, || Number::from_i128(i128::MIN >> power).unwrap());
        assert_lower_bound(Reason::Capacity, || {
            Number::from_f64(f64::MIN_POSITIVE * f64::from(power + 1)).unwrap()
        });
        assert_lower_bound(Reason::Capacity, || serde_json::to_value(f64::from(power) * 1e300).unwrap());
    }
}

#[test]
fn an_ordered_map_counts_at_least_its_entries() {
    let text = serde_json::to_string(&packages()).unwrap();
    assert!(text.len() > 20_000, "the lock file has enough text");
    let parse = || serde_json::from_str::<Value>(&text).unwrap();
    let least = assert_lower_bound(Reason::Capacity, parse);
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
    assert_eq!(Sum::of(&json!({})).lower_bounds, [(Reason::Capacity, None)]);
}

#[test]
fn an_ordered_table_counts_at_least_its_entries() {
    let least = assert_lower_bound(Reason::Capacity, packages);
    assert!(least > LOCK_FILE.len(), "more than the texts is counted");
}
