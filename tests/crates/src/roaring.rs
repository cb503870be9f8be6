use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use roaring::{RoaringBitmap, RoaringTreemap};

use crate::random::{Random, below, length};
use crate::support::{assert_lower_bound, live_bytes};

/// Arrays, bitmaps and runs.
fn bitmap(source: &mut Unstructured<'_>) -> RoaringBitmap {
    let mut bitmap = RoaringBitmap::new();
    for _ in 0..length(source, 1) {
        let start = u32::random(source, 0) % (1 << 20);
        match below(source, 5) {
            0 => drop(bitmap.insert_range(start..start + 9_000)),
            1 => drop(bitmap.remove_range(start..start + 20_000)),
            2 => bitmap.extend((0..5_000).map(|number| start + 3 * number)),
            3 => drop(bitmap.optimize()),
            _ => bitmap.extend((0..50).map(|number| start ^ (number << 7))),
        }
    }
    bitmap
}

#[test]
fn bitmaps_are_lower_bounds() {
    crate::trial::for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || bitmap(source));
    });
}

#[test]
fn a_bitmap_with_full_vectors_is_measured_completely() {
    let made: RoaringBitmap = (0..10).chain(70_000..70_010).chain((1 << 20..1 << 21).step_by(3)).collect();
    let before = live_bytes();
    let copy = made.clone();
    assert_eq!(copy.heap_size() as isize, live_bytes() - before);
}

#[test]
fn the_spare_capacity_of_arrays_and_bitmaps_is_counted() {
    // One container, in a vector with room for four.
    let room = 3 * 40;
    for count in [1, 5, 100, 4_000, 4_096, 4_097, 20_000] {
        let before = live_bytes();
        let mut bitmap = RoaringBitmap::new();
        for number in 0..count {
            bitmap.insert(number * 3);
        }
        let hidden = live_bytes() - before - bitmap.heap_size() as isize;
        assert!((0..=room).contains(&hidden), "{hidden} bytes are hidden, with {count} values");
    }
}

#[test]
fn trees_of_bitmaps_are_lower_bounds() {
    crate::trial::for_random_bytes(|source| {
        let count = below(source, 40) as u64;
        let heap = assert_lower_bound(Reason::Capacity, || {
            let mut map = RoaringTreemap::new();
            // At least one, because an empty map hides nothing.
            map.extend((0..=count).map(|part| (part * 7) << 32));
            map
        });
        assert!(heap as u64 > count * 30);
    });
}

/// Each bitmap of the tree has one container with one value.
#[test]
fn the_nodes_of_a_tree_are_exact() {
    for count in [1, 11, 12, 100, 1000] {
        let made: RoaringTreemap = (0..count).map(|part: u64| (part * 7) << 32).collect();
        let before = live_bytes();
        let copy = made.clone();
        assert_eq!(copy.heap_size() as isize, live_bytes() - before, "{count} bitmaps");
    }
}

#[test]
fn a_full_bitmap_is_a_lower_bound() {
    assert_lower_bound(Reason::Capacity, RoaringBitmap::full);
}
