use deep_size::Reason;
use la_arena::{Arena, ArenaMap, Idx};

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{assert_flat, assert_lower_bound, live_bytes};

#[test]
fn random_arenas_are_lower_bounds() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || {
            let mut arena = Arena::with_capacity(below(source, 20));
            for _ in 0..length(source, 0) {
                arena.alloc(String::random(source, 1));
            }
            arena
        });
    });
}

#[test]
fn random_maps_are_lower_bounds() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || {
            let mut map = ArenaMap::<Idx<u8>, String>::new();
            for _ in 0..length(source, 0) {
                map.insert(Idx::from_raw(u32::from(u8::random(source, 0)).into()), String::random(source, 1));
                map.remove(Idx::from_raw(u32::from(u8::random(source, 0)).into()));
            }
            map
        });
    });
}

#[test]
fn a_clone_has_the_size_of_its_elements() {
    let mut arena = Arena::new();
    let mut map = ArenaMap::default();
    for number in 0..37_u32 {
        let index = arena.alloc(number.to_string());
        map.insert(index, u64::from(number));
    }
    let before = live_bytes();
    let measured = assert_lower_bound(Reason::Capacity, || arena.clone());
    let measured_map = assert_lower_bound(Reason::Capacity, || map.clone());
    let clones = (arena.clone(), map.clone());
    assert_eq!((measured + measured_map) as isize, live_bytes() - before);
    drop(clones);
}

#[test]
fn indices_are_flat() {
    let mut arena = Arena::new();
    assert_flat(arena.alloc(String::new()));
    assert_flat(arena.alloc_many([String::new()]));
}
