//! The identity hash, which puts numbers into the buckets of a table in order.

use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type BuildIdentity = BuildHasherDefault<Identity>;

#[derive(Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.0 << 8 | u64::from(byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Inserts 20 keys into a table of 32 buckets, and removes them.
///
/// Each removal leaves a tombstone, because all keys are in one run of buckets. So the capacity is 8, and no table without
/// tombstones has that capacity.
pub(crate) fn insert_and_remove<M>(map: &mut M, insert: impl Fn(&mut M, u32), remove: impl Fn(&mut M, u32)) {
    (0..20).for_each(|key| insert(map, key));
    (0..20).for_each(|key| remove(map, key));
}
