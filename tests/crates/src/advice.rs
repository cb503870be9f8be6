//! Collections shrink by the advised bytes, or more.

use std::cell::Cell;

use bitvec::vec::BitVec;
use bstr::BString;
use camino::Utf8PathBuf;
use dashmap::DashMap;
use deep_size::advice::AdviceKind;
use deep_size::{DeepSize, Inspector, inspect};
use indexmap::{IndexMap, IndexSet};
use ordermap::OrderMap;
use serde_json::{Map, Value};
use smallvec::SmallVec;
use thin_vec::ThinVec;

use crate::random::{Random, below};
use crate::support::{live_bytes, random_cases};
use crate::trial::{for_random_bytes, try_random_bytes};

/// Follows the advice on a collection, but not on its elements.
#[track_caller]
fn follow<T: Random>(kind: AdviceKind, change: impl Fn(T) -> T) {
    drop(T::random(&mut arbitrary::Unstructured::new(&[]), 0));
    let given = Cell::new(0);
    // Few values of some types get advice.
    try_random_bytes(random_cases(10_000), |source| {
        let value = T::random(source, 0);
        let report = inspect(&value);
        let ours = report.advice().filter(|one| one.declaration() == "." && one.kind() == kind);
        let claimed: usize = ours.map(|one| one.saved_size()).sum();
        // A collection without advice may still shrink, but not by much.
        let before = live_bytes();
        let value = change(value);
        let saved = before - live_bytes();
        let claimed = isize::try_from(claimed).expect("fits");
        assert!(claimed <= saved, "{claimed} claimed, {saved} saved\n{report:#}");
        assert!(claimed > 0 || saved < 2000, "{claimed} claimed, {saved} saved\n{report:#}");
        given.set(given.get() + u32::from(claimed > 0));
        drop(value);
    });
    assert!(given.get() > 0, "no advice");
}

macro_rules! shrink {
    ($($name:ident: $type:ty;)*) => {$(
        #[test]
        fn $name() {
            follow::<$type>(AdviceKind::ShrinkToFit, |mut value| {
                value.shrink_to_fit();
                value
            });
        }
    )*};
}

shrink! {
    index_maps_shrink: IndexMap<u32, String>;
    index_sets_shrink: IndexSet<u64>;
    ordered_maps_shrink: OrderMap<u8, [u64; 5]>;
    hashbrown_maps_shrink: hashbrown::HashMap<String, u8>;
    thin_vectors_shrink: ThinVec<u64>;
    thin_vectors_of_bytes_shrink: ThinVec<u8>;
    small_vectors_shrink: SmallVec<[u16; 3]>;
    bits_shrink: BitVec<u16>;
}

#[test]
fn concurrent_maps_shrink() {
    for entries in 0..200 {
        let map: DashMap<u64, u8> = DashMap::with_capacity(entries * 5);
        for entry in 0..entries as u64 {
            map.insert(entry, 1);
        }
        let claimed: usize = inspect(&map).advice().map(|one| one.saved_size()).sum();
        let before = live_bytes();
        map.shrink_to_fit();
        let saved = before - live_bytes();
        assert!(
            isize::try_from(claimed).is_ok_and(|claimed| claimed == saved),
            "{claimed} claimed, {saved} saved"
        );
    }
}

#[test]
fn texts_of_other_crates_shrink() {
    for_random_bytes(|source| {
        let mut bytes = BString::from(String::random(source, 0));
        bytes.reserve(below(source, 9));
        let (mut text, mut path) = (String::random(source, 0), Utf8PathBuf::from(String::random(source, 0)));
        text.reserve(below(source, 9));
        path.reserve(below(source, 9));
        let mut value = (bytes, path, text);
        let claimed: usize = inspect(&value).advice().map(|one| one.saved_size()).sum();
        let before = live_bytes();
        value.0.shrink_to_fit();
        value.1.shrink_to_fit();
        value.2.shrink_to_fit();
        assert_eq!(before - live_bytes(), isize::try_from(claimed).expect("fits"));
    });
}

#[test]
fn maps_of_json_are_rebuilt() {
    let long = |kept: usize| -> Map<String, Value> {
        let mut map = Map::new();
        map.extend((0..200).map(|number| (format!("{number:03}"), Value::Null)));
        map.retain(|key, _| key.parse::<usize>().is_ok_and(|number| number % kept == 0));
        map
    };
    for kept in 1..20 {
        let map = long(kept);
        let report = inspect(&map);
        let advice = report.advice().find(|one| one.kind() == AdviceKind::Rebuild);
        let before = live_bytes();
        let map: Map<String, Value> = map.into_iter().collect();
        let saved = usize::try_from(before - live_bytes()).expect("a rebuilt tree is smaller");
        let claimed = advice.map(|one| (one.declaration(), one.saved_size()));
        assert!(claimed.is_none_or(|claimed| claimed == (".", saved)), "{claimed:?}, {saved} saved");
        assert!(claimed.is_some() || kept > 1);
        drop(map);
    }
}

/// These collections consist of tables, but have no method to shrink them.
#[test]
fn collections_without_a_method_get_no_advice() {
    let mut graph = petgraph::graphmap::UnGraphMap::<u32, String>::with_capacity(50, 50);
    graph.add_edge(1, 2, String::new());
    assert_eq!(inspect(&graph).advice().len(), 0);
    let mut cache = lru::LruCache::<u32, String>::new(50.try_into().expect("not 0"));
    cache.put(1, String::new());
    assert_eq!(inspect(&cache).advice().len(), 0);
    let mut slots = slotmap::SparseSecondaryMap::<slotmap::DefaultKey, String>::with_capacity(50);
    slots.insert(slotmap::DefaultKey::default(), String::new());
    assert_eq!(inspect(&slots).advice().len(), 0);
}

/// A value with parts that types of other crates declare.
#[derive(DeepSize)]
struct Config {
    json: Vec<Value>,
    toml: Vec<toml_edit::Value>,
    host: Vec<url::Host>,
    pairs: Vec<either::Either<String, u8>>,
    ours: IndexMap<u32, String>,
}

#[test]
fn advice_names_no_field_of_another_crate() {
    let text = "a".repeat(100);
    let config = Config {
        json: vec![serde_json::json!({ "name": text, "list": [text, text] }); 100],
        toml: (0..100).map(|_| toml_edit::Value::from(text.clone())).collect(),
        host: vec![url::Host::Domain(text.clone()); 100],
        pairs: vec![either::Either::Left(text.clone()); 100],
        ours: (0..100).map(|number| (number, text.clone())).collect(),
    };
    let report = Inspector::new().compare_contents(true).inspect(&config);
    let mut found: Vec<_> = report.advice().map(|one| (one.declaration(), one.kind())).collect();
    found.sort_by_key(|(declaration, kind)| (*declaration, format!("{kind:?}")));
    let share = AdviceKind::ShareEqual { distinct_count: 1 };
    let ours = "Config::ours.values[]";
    let expected = [(ours, AdviceKind::BoxedSlice), (ours, share.clone()), ("Config::pairs[]::Left", share)];
    assert_eq!(found, expected);
}
