//! The workloads, each with its builder, its loop by hand and its contenders.

mod by_hand;
mod flat;
mod maps;
mod pointers;
mod reason;
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
