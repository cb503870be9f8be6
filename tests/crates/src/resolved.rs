//! Lower bounds, and whether the allocator's records resolve them: the column *resolved* of `docs/crates.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use alloy_primitives::{B256, LogData};
use arbitrary::Unstructured;
use arrow_array::builder::{BooleanBuilder, FixedSizeBinaryBuilder, Int32Builder, StringBuilder};
use arrow_array::{ArrayRef, Int32Array, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, Schema};
use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, Uri};
use indexmap::{IndexMap, IndexSet};
use ndarray::{ArcArray, Array2, s};
use ordermap::OrderMap;
use petgraph::graphmap::UnGraphMap;
use tendril::{SliceExt, StrTendril};

use crate::churn::with_history;
use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::identity::{BuildIdentity, insert_and_remove};
use crate::support::{assert_resolves, assert_unresolved};

/// Declares a test for each row of the table, which checks random values with the given assertion.
macro_rules! rows {
    ($list:ident, $assert:ident: $($name:ident $row:literal: |$source:ident| $value:expr;)*) => {
        /// The rows.
        const $list: &[&str] = &[$($row),*];

        $(
            #[test]
            fn $name() {
                // One-time allocations, such as the seeds of a hasher, belong to no value.
                let $source = &mut Unstructured::new(&[]);
                drop($value);
                for_random_bytes(|$source: &mut Unstructured<'_>| $assert(|| $value));
            }
        )*
    };
}

/// A vector with spare capacity.
fn spacious<T: Random>(source: &mut Unstructured<'_>) -> Vec<T> {
    let mut values = Vec::with_capacity(1 + below(source, 20));
    values.extend((0..1 + length(source, 0)).map(|_| T::random(source, 1)));
    values
}

rows! { RESOLVED, assert_resolves:
    ahash "ahash_0_8": |source| {
        let entries = spacious::<u16>(source).into_iter().map(|key| (key, key.to_string()));
        let mut map = entries.collect::<ahash::AHashMap<_, _>>();
        map.retain(|_, _| bool::random(source, 0));
        // A table without entries exposes no address.
        map.insert(1, String::new());
        map
    };
    alloy_primitives "alloy-primitives": |source| {
        let mut topics = Vec::with_capacity(below(source, 9));
        topics.resize(below(source, 4), B256::ZERO);
        LogData::new_unchecked(topics, alloy_primitives::Bytes::new())
    };
    arrow "arrow": |source| {
        let fields = vec![Field::new("a", DataType::Int32, true)];
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(1 + below(source, 9));
        columns.push(Arc::new(Int32Array::from(spacious::<Option<u8>>(source).iter().map(|one| one.map(i32::from)).collect::<Vec<_>>())));
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        (StructArray::from(batch.clone()), batch)
    };
    arrow_builders "arrow": |source| {
        let mut texts = StringBuilder::with_capacity(below(source, 9), below(source, 9));
        let mut numbers = Int32Builder::with_capacity(below(source, 9));
        let mut flags = BooleanBuilder::with_capacity(below(source, 9));
        let mut bytes = FixedSizeBinaryBuilder::with_capacity(below(source, 9), 2);
        for text in spacious::<Option<String>>(source) {
            numbers.append_option(text.as_ref().map(|text| text.len() as i32));
            flags.append_option(text.as_ref().map(|text| text.is_empty()));
            match &text {
                Some(_) => bytes.append_value([1, 2]).unwrap(),
                None => bytes.append_null(),
            }
            texts.append_option(text);
        }
        (texts, numbers, flags, bytes)
    };
    bytes "bytes": |source| {
        let bytes = Bytes::from(spacious::<u8>(source));
        let parts = (0..below(source, 5)).map(|_| {
            let begin = below(source, bytes.len());
            bytes.slice(begin..begin + 1 + below(source, bytes.len() - begin))
        });
        let parts: Vec<_> = parts.collect();
        let mut other = Bytes::from(vec![1; 2 + below(source, 9)]);
        other.advance(below(source, other.len() + 1));
        (parts, bytes, other)
    };
    last_bytes "bytes": |source| {
        let bytes = Bytes::from(spacious::<u8>(source));
        bytes.slice(below(source, bytes.len())..)
    };
    frozen_bytes "bytes": |source| {
        let mut buffer = BytesMut::from(&vec![1; 10 + below(source, 99)][..]);
        buffer.reserve(below(source, 200));
        let part = buffer.split_to(1 + below(source, 9)).freeze();
        (part, buffer.freeze())
    };
    fixedbitset "fixedbitset_0_5": |source| {
        let mut set = fixedbitset::FixedBitSet::with_capacity(below(source, 900));
        set.grow(below(source, 2000));
        let mut empty = set.clone();
        empty.clone_from(&fixedbitset::FixedBitSet::new());
        (set, empty)
    };
    geo_types "geo-types_0_7": |source| {
        let rings = spacious::<geo_types::LineString>(source);
        geo_types::Polygon::new(geo_types::LineString(vec![]), rings)
    };
    hashbrown "hashbrown_0_17": |source| {
        let mut map = with_history::<hashbrown::HashMap<u64, u64>, u64>(source);
        map.retain(|_, _| below(source, 4) > 0);
        map.insert(1, 1);
        map
    };
    http_texts "http": |_source| {
        let uri = "https://a.example/path?query".parse::<Uri>().unwrap();
        (uri.clone(), uri.path_and_query().cloned(), uri)
    };
    id_arena "id-arena": |source| {
        let mut arena = id_arena::Arena::<String>::new();
        spacious::<String>(source).into_iter().for_each(|text| _ = arena.alloc(text));
        arena
    };
    la_arena "la-arena_0_3": |source| {
        let mut arena = la_arena::Arena::with_capacity(below(source, 20));
        let mut map = la_arena::ArenaMap::new();
        for text in spacious::<String>(source) {
            map.insert(arena.alloc(text), below(source, 9));
        }
        (arena, map)
    };
    ndarray "ndarray_0_17": |source| {
        let array = Array2::from_shape_fn((5, 6), |_| String::random(source, 1));
        array.slice_move(s![..;-1, below(source, 6)..])
    };
    sparse_maps "SparseSecondaryMap": |source| {
        let mut map = slotmap::SparseSecondaryMap::<slotmap::DefaultKey, String>::random(source, 0);
        map.retain(|_, _| bool::random(source, 0));
        map.insert(slotmap::KeyData::from_ffi(1 << 32 | 1).into(), String::new());
        map
    };
    tendril "tendril_0_5": |source| {
        let mut text = StrTendril::with_capacity(below(source, 40) as u32);
        text.push_slice(&String::random(source, 0));
        text.reserve(below(source, 40) as u32);
        let shared = "a text of some length".to_tendril();
        let mut empty = "longer than a word".to_tendril();
        empty.clear();
        (text, shared.subtendril(2, 12), shared, empty)
    };
    toml_edit_values "toml_edit_0_25": |source| {
        let texts = spacious::<String>(source).into_iter().map(|text| format!("_{text}"));
        texts.collect::<toml_edit::Array>()
    };
    url "url": |source| {
        let mut url = url::Url::parse("https://a.example/path").unwrap();
        url.query_pairs_mut().append_pair("key", &String::random(source, 0));
        url.set_fragment(bool::random(source, 0).then_some("end"));
        url
    };
}

rows! { UNRESOLVED, assert_unresolved:
    emptied_ahash "ahash_0_8": |_source| {
        let mut map = ahash::AHashMap::with_capacity_and_hasher(20, BuildIdentity::default());
        insert_and_remove(&mut map, |map, key| _ = map.insert(key, key), |map, key| _ = map.remove(&key));
        map
    };
    bigdecimal "bigdecimal_0_4": |source| bigdecimal::BigDecimal::from(u32::random(source, 0));
    crossbeam "crossbeam_0_8": |source| {
        let queue = crossbeam::queue::SegQueue::new();
        spacious::<u8>(source).into_iter().for_each(|value| queue.push(value));
        queue
    };
    hashlink "hashlink_0_12": |source| {
        spacious::<u16>(source).into_iter().map(|key| (key, key)).collect::<hashlink::LinkedHashMap<_, _>>()
    };
    emptied_hashbrown "hashbrown_0_17": |_source| {
        let mut set = hashbrown::HashSet::with_capacity_and_hasher(20, BuildIdentity::default());
        insert_and_remove(&mut set, |set, key| _ = set.insert(key), |set, key| _ = set.remove(&key));
        set
    };
    http_maps "http": |_source| HeaderMap::from_iter([(http::header::HOST, 1_u8)]);
    mutable_bytes "bytes": |source| {
        let mut buffer = BytesMut::from(&vec![1; 10 + below(source, 99)][..]);
        let mut parts = Vec::new();
        for _ in 0..below(source, 4) {
            let length = 1 + below(source, 3);
            match below(source, 3) {
                0 => buffer.advance(length),
                1 => parts.push(buffer.split_to(length)),
                _ => buffer.extend_from_slice(&[1; 3]),
            }
            buffer.reserve(below(source, 20) + 4);
            buffer.extend_from_slice(&[1; 4]);
        }
        let frozen = buffer.split_to(1).freeze();
        (buffer, parts, frozen.clone(), frozen)
    };
    imbl "imbl": |source| {
        let length = 200 + below(source, 100);
        (0..length).map(|value| (value, value)).collect::<imbl::HashMap<_, _>>()
    };
    indexmap "indexmap": |source| {
        let set: IndexSet<usize> = (0..15 + below(source, 90)).collect();
        let mut filled: IndexMap<_, _> = set.iter().map(|key| (*key, key.to_string())).collect();
        // The table grows alone.
        filled.insert(0, String::new());
        let mut copy = filled.clone();
        copy.clone_from(&IndexMap::from([(1, String::new())]));
        (filled, set, copy)
    };
    emptied_indexmap "indexmap": |_source| {
        let mut map = IndexMap::<u32, u32>::with_capacity(9);
        map.clone_from(&IndexMap::new());
        map
    };
    linked_hash_map "linked-hash-map_0_5": |source| {
        spacious::<u16>(source).into_iter().map(|key| (key, key)).collect::<linked_hash_map::LinkedHashMap<_, _>>()
    };
    lru "lru_0_19": |source| {
        let mut cache = lru::LruCache::unbounded();
        spacious::<u16>(source).into_iter().for_each(|key| _ = cache.put(key, key));
        cache
    };
    dynamic_arrays "ndarray_0_17": |_source| ArcArray::<u64, _>::zeros((2, 2)).into_dyn();
    ndarray_shared "ndarray_0_17": |source| {
        let array = Array2::from_shape_fn((5, 6), |_| String::random(source, 1));
        let (row, column) = (below(source, 5), below(source, 6));
        let shared = array.into_shared();
        (shared.clone().slice_move(s![row.., ..;-1]), shared.slice_move(s![.., column..]))
    };
    num_bigint "num-bigint_0_5": |source| num_bigint::BigUint::new(spacious(source));
    graph_maps "GraphMap": |source| {
        let edges = spacious::<(u8, u8)>(source).into_iter();
        UnGraphMap::<u16, ()>::from_edges(edges.map(|(from, to)| (u16::from(from), 256 + u16::from(to))))
    };
    ordermap "ordermap": |source| {
        (0..15 + below(source, 90)).map(|key| (key, key)).collect::<OrderMap<_, _>>()
    };
    priority_queue "priority-queue": |source| {
        spacious::<u16>(source).into_iter().map(|key| (key, key)).collect::<priority_queue::PriorityQueue<_, _>>()
    };
    quick_cache "quick_cache_0_7": |source| {
        let mut cache = quick_cache::unsync::Cache::new(10);
        spacious::<u16>(source).into_iter().for_each(|key| cache.insert(key, key));
        cache
    };
    roaring "roaring_0_11": |source| roaring::RoaringBitmap::from_iter(spacious::<u32>(source));
    rpds "rpds": |source| rpds::Vector::<u8>::from_iter(spacious(source));
    serde_yaml "serde_yaml_0_9": |_source| serde_yaml::value::Tag::new("!Thing");
    emptied_sparse_maps "SparseSecondaryMap": |_source| {
        let mut map = slotmap::SparseSecondaryMap::with_capacity_and_hasher(20, BuildIdentity::default());
        let key = |index: u32| slotmap::DefaultKey::from(slotmap::KeyData::from_ffi(1 << 32 | u64::from(index)));
        insert_and_remove(&mut map, |map, at| _ = map.insert(key(at), at), |map, at| _ = map.remove(key(at)));
        map
    };
    dense_maps "DenseSlotMap": |source| {
        let mut map = slotmap::DenseSlotMap::new();
        spacious::<u8>(source).into_iter().for_each(|value| _ = map.insert(value));
        map
    };
    string_cache "string_cache_0_11": |source| {
        string_cache::DefaultAtom::from(format!("a long text {}", below(source, 9)))
    };
    toml_edit_tables "toml_edit_0_25": |source| {
        let texts = spacious::<String>(source).into_iter();
        texts.map(|text| (text, 1)).collect::<toml_edit::InlineTable>()
    };
    typed_arena "typed-arena": |source| {
        let arena = typed_arena::Arena::with_capacity(1);
        arena.alloc(1);
        spacious::<u8>(source).into_iter().for_each(|value| _ = arena.alloc(value));
        arena
    };
}

#[cfg(unix)]
rows! { RESOLVED_ON_UNIX, assert_resolves:
    camino "camino": |source| {
        use std::os::unix::ffi::OsStringExt;

        let mut bytes = spacious::<u8>(source);
        bytes.push(0xff);
        let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(bytes));
        camino::Utf8PathBuf::try_from(path).expect_err("not UTF-8")
    };
}

#[cfg(not(unix))]
const RESOLVED_ON_UNIX: &[&str] = &["camino"];

/// Not in this build: lower bounds only if another crate enables a feature, and a fork with the impl of `serde_yaml`.
const ELSEWHERE: [&str; 3] = ["serde_json", "toml", "serde_norway_0_9"];

/// The rows of the table with their types, accuracy, and last column.
fn table() -> BTreeMap<String, (String, String)> {
    let page = include_str!("../../../docs/crates.md");
    let (_, table) =
        page.split_once("| feature | types | accuracy | resolved |\n").expect("there is a table");
    let (table, _) = table.split_once("\n\n").expect("a paragraph follows");
    let rows = table.lines().skip(1).map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [feature, types, accuracy, resolved] = cells[..] else { panic!("{line}") };
        let key = if feature.contains('`') { feature } else { types };
        let name = key.split('`').nth(1).unwrap_or_else(|| panic!("{line}"));
        (name.to_owned(), (accuracy.to_owned(), resolved.trim_end_matches('|').trim().to_owned()))
    });
    rows.collect()
}

#[test]
fn the_table_states_which_lower_bounds_are_resolved() {
    let resolved: BTreeSet<&str> = RESOLVED.iter().chain(RESOLVED_ON_UNIX).copied().collect();
    let unresolved: BTreeSet<&str> = UNRESOLVED.iter().chain(&ELSEWHERE).copied().collect();
    let table = table();
    assert!(table.len() > 80, "{} rows", table.len());
    for (name, (accuracy, stated)) in &table {
        let expected = match (resolved.contains(&**name), unresolved.contains(&**name)) {
            (true, true) => "partly: ",
            (true, false) => "yes",
            (false, true) => "no",
            (false, false) => "",
        };
        let agrees = if expected == "partly: " { stated.starts_with(expected) } else { stated == expected };
        assert!(agrees, "{name}: `{stated}` instead of `{expected}`");
        assert!(
            !expected.is_empty() || !accuracy.contains("lower bound"),
            "{name} is not tested: {accuracy}"
        );
    }
    let untold: Vec<_> = resolved.union(&unresolved).filter(|name| !table.contains_key(**name)).collect();
    assert!(untold.is_empty(), "no row: {untold:?}");
}
