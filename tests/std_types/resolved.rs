//! Lower bounds, and whether the allocator's records resolve them: the column *resolved* of `docs/types.md`.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::CString;

use crate::support::identity::{BuildIdentity, insert_and_remove};
use crate::support::{assert_resolves, assert_unresolved};
use crate::text;

/// A key of zero size that equals no other, so a tree keeps several of them.
struct Unequal;

impl PartialEq for Unequal {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl Eq for Unequal {}

impl PartialOrd for Unequal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unequal {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Less
    }
}

impl deep_size::DeepSize for Unequal {
    fn walk_owned(&self, _: &mut deep_size::Walker<'_>) {}

    fn is_flat() -> bool {
        true
    }
}

/// The first word of each row, and its last cell.
fn table() -> Vec<(&'static str, &'static str)> {
    let page = include_str!("../../docs/types.md");
    let (_, table) = page.split_once("| reason reported | resolved |\n").expect("there is a table");
    let (table, _) = table.split_once("\n\n").expect("a paragraph follows");
    let name = |row: &'static str| row.split('`').nth(1).expect("each row has a type");
    let cell = |row: &'static str| row.trim_end_matches(" |").rsplit("| ").next().expect("a row has cells");
    table.lines().skip(1).map(|row| (name(row), cell(row))).collect()
}

#[test]
fn the_table_states_which_lower_bounds_are_resolved() {
    let expected = [
        ("HashMap", "partly: not an emptied table"),
        ("vec::IntoIter<T>", "partly: not an exhausted iterator"),
        ("Mutex", "no"),
        ("FromUtf8Error", "yes"),
        ("BTreeMap", "no"),
    ];
    assert_eq!(table(), expected);
}

#[test]
fn tables_with_removed_entries_are_resolved() {
    for kept in [1, 20, 200] {
        assert_resolves(|| {
            let mut map: HashMap<u32, String> = (0..448).map(|key| (key, key.to_string())).collect();
            let mut set: HashSet<u32> = (0..448).collect();
            (kept..448).for_each(|key| drop((map.remove(&key), set.remove(&key))));
            (map, set)
        });
    }
}

#[test]
fn emptied_tables_are_not_resolved() {
    assert_unresolved(|| {
        let mut map =
            HashMap::<u32, String, BuildIdentity>::with_capacity_and_hasher(20, BuildIdentity::default());
        insert_and_remove(
            &mut map,
            |map, key| drop(map.insert(key, text())),
            |map, key| drop(map.remove(&key)),
        );
        map
    });
    assert_unresolved(|| {
        let mut set = HashSet::<u32, BuildIdentity>::with_capacity_and_hasher(20, BuildIdentity::default());
        insert_and_remove(&mut set, |set, key| _ = set.insert(key), |set, key| _ = set.remove(&key));
        set
    });
}

#[test]
fn iterators_over_vectors_are_resolved() {
    for taken in 0..5 {
        assert_resolves(|| {
            let mut texts = vec![text(), text(), text(), text(), text()].into_iter();
            texts.by_ref().take(taken).for_each(drop);
            let mut bytes = vec![1_u8; 5].into_iter();
            bytes.by_ref().take(taken).for_each(drop);
            (texts, bytes, Vec::<u64>::new().into_iter(), vec![(); 3].into_iter())
        });
    }
}

#[test]
fn exhausted_iterators_over_vectors_are_not_resolved() {
    assert_unresolved(|| Vec::<u64>::with_capacity(3).into_iter());
    assert_unresolved(|| {
        let mut texts = vec![text(), text()].into_iter();
        texts.by_ref().for_each(drop);
        texts
    });
    assert_unresolved(|| {
        let mut bytes = vec![1_u8; 5].into_iter();
        bytes.by_ref().rev().for_each(drop);
        bytes
    });
}

#[test]
fn errors_with_spare_capacity_are_resolved() {
    assert_resolves(|| {
        let mut bytes = text().into_bytes();
        bytes.extend([0xff, 0]);
        (String::from_utf8(bytes.clone()), CString::from_vec_with_nul([bytes, vec![1]].concat()))
    });
}

#[test]
fn trees_of_zero_sized_keys_are_not_resolved() {
    assert_unresolved(|| {
        (0..100).fold(BTreeSet::new(), |mut set, _| {
            set.insert(Unequal);
            set
        })
    });
}
