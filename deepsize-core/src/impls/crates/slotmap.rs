//! `slotmap` 1: `SlotMap`, `HopSlotMap` and `SecondaryMap` exact, `SparseSecondaryMap` (with the feature `std`) as the `HashMap`
//! that it wraps. `DenseSlotMap` tells the capacity of one of its three vectors: the other two are counted as far as they are known
//! to have room, and the rest is opaque.
#![allow(deprecated, reason = "`HopSlotMap` is in use")]

use core::mem::ManuallyDrop;

use slotmap::{DefaultKey, DenseSlotMap, HopSlotMap, Key, KeyData, SecondaryMap, SlotMap};

#[cfg(feature = "std")]
use crate::impls::hash_map::{Fill, span_of_entries, walk_table};
#[cfg(feature = "std")]
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// What a free slot of a `HopSlotMap` holds.
type Hop = [u32; 3];

/// A slot with its version.
///
/// Source: `Slot` in `basic.rs` and `hop.rs`, version 1.1.1.
struct Slot<V, Free: Copy> {
    _contents: Contents<V, Free>,
    _version: u32,
}

/// A value, or what links free slots.
#[expect(dead_code, reason = "only its size is asked for")]
union Contents<V, Free: Copy> {
    value: ManuallyDrop<V>,
    free: Free,
}

/// A slot of a secondary map.
///
/// Source: `Slot` in `secondary.rs`, version 1.1.1.
#[expect(dead_code, reason = "only its size is asked for")]
enum SecondarySlot<V> {
    Occupied { value: V, version: core::num::NonZeroU32 },
    Vacant,
}

/// The address of the first value, if there is one.
fn first<'v, V: 'v>(mut values: impl Iterator<Item = &'v V>) -> *const V {
    values.next().map_or(core::ptr::null(), core::ptr::from_ref)
}

/// Maps with a vector of slots, the first of which is never used.
macro_rules! maps {
    ($($map:ident: $slot:ty;)*) => {$(
        /// Capacity × slot.
        impl<K: Key, V: DeepSize> DeepSize for $map<K, V> {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.buffer(first(self.values()).cast::<$slot>(), self.capacity() + 1, self.len() + 1);
                walker.elements(self.values());
            }
        }
    )*};
}

maps! {
    SlotMap: Slot<V, u32>;
    HopSlotMap: Slot<V, Hop>;
    SecondaryMap: SecondarySlot<V>;
}

/// Vectors of keys, of values, and of slots.
impl<K: Key, V: DeepSize> DeepSize for DenseSlotMap<K, V> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (keys, values) = self.as_slices();
        walker.buffer(keys.as_ptr(), self.capacity(), keys.len());
        walker.buffer(values.as_ptr(), room_for_values(self), values.len());
        let slots = self.len() + 1;
        walker.buffer(core::ptr::null::<DenseSlot>(), slots, slots);
        walker.opaque(Reason::Hidden);
        walker.slice(values);
    }
}

/// A slot of a dense map: a version and an index.
type DenseSlot = [u32; 2];

/// How many values there is surely room for: as many as keys, if a vector of values grows as one of keys does.
///
/// Source: `MIN_NON_ZERO_CAP` in `alloc/src/raw_vec`, which decides how much the first element makes room for.
fn room_for_values<K: Key, V>(map: &DenseSlotMap<K, V>) -> usize {
    if (2..=1024).contains(&size_of::<V>()) { map.capacity() } else { map.len() }
}

/// Buckets × slot, as the `HashMap` that it wraps.
#[cfg(feature = "std")]
impl<K: Key, V: DeepSize, S: core::hash::BuildHasher> DeepSize for slotmap::SparseSecondaryMap<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        let span = span_of_entries::<SparseSlot<V>, _>(walker, fill, V::is_flat(), self.values());
        walk_table::<SparseSlot<V>>(walker, fill, span);
        walker.elements(self.values());
        walk_hasher::<S>(walker);
    }
}

/// An index, and a slot with its version and its value.
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
