//! Every workload, declared once: how to build it, how to sum it by hand, who takes part.

mod flat;
mod maps;
mod pointers;
mod shared;
mod tiny;
mod vectors;

pub(crate) use vectors::Record;

use crate::workload::AnyWorkload;

/// All workloads, in the order of the table.
pub(crate) fn all() -> Vec<Box<dyn AnyWorkload>> {
    let mut all = flat::workloads();
    all.extend(vectors::workloads());
    all.extend(pointers::workloads());
    all.extend(maps::workloads());
    all.extend(shared::workloads());
    all.extend(tiny::workloads());
    all
}

/// Why a peer cannot take part.
pub(crate) mod reason {
    pub(crate) const RECURSIVE: &str = "cannot derive a recursive type (E0275)";
    pub(crate) const NO_DYN: &str = "its trait is not dyn-compatible";
    pub(crate) const NO_UNSIZED_ARC: &str = "has no impl for `Arc<str>`";
    pub(crate) const NO_SHARED: &str =
        "`size_of_unique` leaves shared blocks out, and its visitor is private";
}

/// What the loops by hand have in common.
pub(crate) mod by_hand {
    use std::collections::HashMap;

    pub(crate) fn vec<T>(vec: &Vec<T>) -> usize {
        vec.capacity() * size_of::<T>()
    }

    /// The table of a map from which nothing was removed.
    pub(crate) fn table<K, V, S>(map: &HashMap<K, V, S>) -> usize {
        let buckets = (map.capacity() * 8 / 7).next_power_of_two();
        (buckets * size_of::<(K, V)>()).next_multiple_of(16) + buckets + 16
    }
}
