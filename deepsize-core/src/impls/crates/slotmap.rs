//! `slotmap` 1: `SlotMap`, `HopSlotMap` and `SecondaryMap` are exact.
//!
//! `SparseSecondaryMap` (with the feature `std`) is measured like the `HashMap` that it wraps. `DenseSlotMap` exposes the capacity
//! of one of its three vectors. The other two are lower bounds without a limit, because a clone keeps the slots of removed values.
#![allow(deprecated, reason = "`HopSlotMap` is still in use")]

use core::mem::ManuallyDrop;

use slotmap::{DefaultKey, DenseSlotMap, HopSlotMap, Key, KeyData, SecondaryMap, SlotMap};

#[cfg(feature = "std")]
use crate::impls::hash_map::{Fill, span_of_entries, walk_table};
#[cfg(feature = "std")]
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// The links in a free slot of a `HopSlotMap`.
type Hop = [u32; 3];

/// A slot with its version.
///
/// Source: `Slot` in `basic.rs` and `hop.rs`, version 1.1.1.
struct Slot<V, Free: Copy> {
    _contents: Contents<V, Free>,
    _version: u32,
}

/// A value, or the links of a free slot.
#[expect(dead_code, reason = "only its size is used")]
union Contents<V, Free: Copy> {
    value: ManuallyDrop<V>,
    free: Free,
}

/// A slot of a secondary map.
///
/// Source: `Slot` in `secondary.rs`, version 1.1.1.
#[expect(dead_code, reason = "only its size is used")]
enum SecondarySlot<V> {
    Occupied { value: V, version: core::num::NonZeroU32 },
    Vacant,
}

/// The address of the first value, or null if there is none.
fn first<'v, V: 'v>(mut values: impl Iterator<Item = &'v V>) -> *const V {
    values.next().map_or(core::ptr::null(), core::ptr::from_ref)
}

/// Implements `DeepSize` and `Container` for maps with a vector of slots. The first slot is never used.
macro_rules! maps {
    ($($map:ident: $slot:ty;)*) => {$(
        collection! {
            /// Capacity × slot size, and one more slot.
            $map<K, T> where [K: Key, T] => |map, walker| {
                walker.buffer(first(map.values()).cast::<$slot>(), map.capacity() + 1, map.len() + 1);
            }, map.values()
        }
    )*};
}

maps! {
    SlotMap: Slot<T, u32>;
    HopSlotMap: Slot<T, Hop>;
    SecondaryMap: SecondarySlot<T>;
}

/// Vectors of keys, values and slots. The spare capacity of the latter two is not counted.
impl<K: Key, V: DeepSize> DeepSize for DenseSlotMap<K, V> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (keys, values) = self.as_slices();
        walker.buffer(keys.as_ptr(), self.capacity(), keys.len());
        walker.buffer(values.as_ptr(), room_for_values(self), values.len());
        let slots = self.len() + 1;
        walker.buffer(core::ptr::null::<DenseSlot>(), slots, slots);
        walker.lower_bound(Reason::Capacity, None);
        walker.slice(values);
    }
}

/// A slot of a dense map: a version and an index.
type DenseSlot = [u32; 2];

/// The least capacity of the vector of values: the capacity of the vector of keys, if both grow in the same steps.
///
/// Source: `MIN_NON_ZERO_CAP` in `alloc/src/raw_vec`, the capacity after the first growth. It depends on the element size.
fn room_for_values<K: Key, V>(map: &DenseSlotMap<K, V>) -> usize {
    if (2..=1024).contains(&size_of::<V>()) { map.capacity() } else { map.len() }
}

/// Buckets × slot size, like the `HashMap` that it wraps.
#[cfg(feature = "std")]
impl<K: Key, V: DeepSize, S: core::hash::BuildHasher> DeepSize for slotmap::SparseSecondaryMap<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        let span = span_of_entries::<SparseSlot<V>, _>(walker, fill, V::is_flat(), self.values());
        walk_table::<SparseSlot<V>>(walker, fill, span);
        walker.elements(self.values());
        walk_hasher::<S>(walker);
    }
}

/// An entry of the table: an index and a slot.
///
/// Source: `Slot` in `sparse_secondary.rs`, version 1.1.1.
#[cfg(feature = "std")]
type SparseSlot<V> = (u32, Versioned<V>);

#[cfg(feature = "std")]
struct Versioned<V> {
    _version: u32,
    _value: V,
}

flat! { DefaultKey, KeyData }
