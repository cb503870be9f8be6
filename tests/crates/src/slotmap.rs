#![allow(deprecated, reason = "programs still use `HopSlotMap`")]

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use slotmap::{
    DefaultKey, DenseSlotMap, HopSlotMap, Key, KeyData, SecondaryMap, SlotMap, SparseSecondaryMap,
    new_key_type,
};

use crate::churn::Verdicts;
use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, assert_lower_bound, live_bytes};

/// Maps with the method that makes their keys.
macro_rules! random {
    ($($map:ident)*) => {$(
        impl<V: Random> Random for $map<DefaultKey, V> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut map = Self::with_capacity(below(source, 8));
                let mut keys = Vec::new();
                for _ in 0..length(source, depth) {
                    if below(source, 3) == 0 && !keys.is_empty() {
                        map.remove(keys.swap_remove(below(source, keys.len())));
                    } else {
                        keys.push(map.insert(V::random(source, depth + 1)));
                    }
                }
                match below(source, 6) {
                    0 => map.reserve(9),
                    1 => map.retain(|_, _| bool::random(source, depth)),
                    2 => map.clear(),
                    3 => drop(map.drain().count()),
                    _ => {}
                }
                map
            }
        }
    )*};
}

random! { SlotMap HopSlotMap DenseSlotMap }

/// Keys of a map with insertions and removals.
fn keys(source: &mut Unstructured<'_>, depth: usize) -> Vec<DefaultKey> {
    let mut map = SlotMap::new();
    let mut keys: Vec<_> = (0..2 * length(source, depth)).map(|_| map.insert(())).collect();
    keys.retain(|&key| bool::random(source, depth) || map.remove(key).is_none());
    (0..length(source, depth)).for_each(|_| keys.push(map.insert(())));
    keys
}

impl<V: Random> Random for SecondaryMap<DefaultKey, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::with_capacity(below(source, 8));
        for key in keys(source, depth) {
            map.insert(key, V::random(source, depth + 1));
            if bool::random(source, depth) {
                map.remove(key);
            }
        }
        if bool::random(source, depth) {
            map.set_capacity(30);
        }
        map
    }
}

impl<V: Random> Random for SparseSecondaryMap<DefaultKey, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::with_capacity(below(source, 8));
        for key in keys(source, depth) {
            map.insert(key, V::random(source, depth + 1));
        }
        map
    }
}

exact! {
    maps_of_numbers: SlotMap<DefaultKey, u64>;
    maps_of_bytes: SlotMap<DefaultKey, u8>;
    maps_of_units: SlotMap<DefaultKey, ()>;
    maps_of_wide_alignment: SlotMap<DefaultKey, u128>;
    maps_of_strings: SlotMap<DefaultKey, String>;
    maps_of_maps: SlotMap<DefaultKey, SlotMap<DefaultKey, Option<Box<u8>>>>;
    hopping_maps_of_bytes: HopSlotMap<DefaultKey, u8>;
    hopping_maps_of_numbers: HopSlotMap<DefaultKey, [u64; 3]>;
    hopping_maps_of_strings: HopSlotMap<DefaultKey, String>;
    secondary_maps_of_bytes: SecondaryMap<DefaultKey, u8>;
    secondary_maps_of_strings: SecondaryMap<DefaultKey, String>;
    secondary_maps_of_options: SecondaryMap<DefaultKey, Option<Box<u8>>>;
    sparse_maps_of_bytes: SparseSecondaryMap<DefaultKey, u8>;
    sparse_maps_of_strings: SparseSecondaryMap<DefaultKey, String>;
}

#[test]
fn dense_maps_are_lower_bounds() {
    crate::trial::for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || DenseSlotMap::<DefaultKey, u8>::random(source, 0));
        assert_lower_bound(Reason::Capacity, || DenseSlotMap::<DefaultKey, [u64; 200]>::random(source, 2));
        assert_lower_bound(Reason::Capacity, || DenseSlotMap::<DefaultKey, ()>::random(source, 0));
    });
}

/// Only the spare slots are a lower bound. The rest is exact.
#[test]
fn only_the_slots_of_a_dense_map_are_hidden() {
    crate::trial::for_random_bytes(|source| {
        let before = live_bytes();
        let map = DenseSlotMap::<DefaultKey, String>::random(source, 0);
        let built = usize::try_from(live_bytes() - before).expect("the map owns its vectors");
        let hidden = built - map.heap_size();
        assert!(hidden.is_multiple_of(8) && hidden <= 8 * 128, "{hidden} bytes are hidden");
    });
}

#[test]
fn a_full_dense_map_is_measured_completely() {
    let mut map = DenseSlotMap::with_capacity(10);
    for number in 0..10_u8 {
        map.insert(number);
    }
    let before = live_bytes();
    let copy = map.clone();
    assert_eq!(copy.heap_size() as isize, live_bytes() - before);
}

#[test]
fn sparse_maps_with_removed_entries_are_exact_or_lower_bounds() {
    let verdicts = Verdicts::default();
    crate::trial::for_random_bytes(|source| {
        let mut keys = SlotMap::new();
        let keys: Vec<_> = (0..below(source, 300)).map(|_| keys.insert(())).collect();
        verdicts.judge(|| {
            let mut map = SparseSecondaryMap::new();
            for &key in &keys {
                map.insert(key, 7_u32);
            }
            // No address in an empty map is accessible.
            for &key in keys.iter().skip(1).take(below(source, 300)) {
                map.remove(key);
            }
            map
        });
    });
    verdicts.close("SparseSecondaryMap", (100, 20));
}

new_key_type! {
    #[derive(DeepSize)]
    struct Place;
}

#[test]
fn keys_are_flat() {
    assert_flat(DefaultKey::null());
    assert_flat(KeyData::default());
    assert_flat(Place::null());
    assert_exact(|| {
        let mut map = SlotMap::<Place, String>::with_key();
        map.insert("text".to_owned());
        map
    });
}
