//! `roaring` 0.11: a lower bound without a useful limit.
//!
//! Array and bitmap containers are counted exactly. The vector of containers, and run containers, do not expose their spare
//! capacity. Removals keep it, so the only limit is the number of keys, which allows several MB. The tree of a `RoaringTreemap`
//! is counted like the tree of a `BTreeMap`.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;

use roaring::{RoaringBitmap, RoaringTreemap};

use crate::layout::{NODE_CAPACITY, Node, fold_tree};
use crate::{DeepSize, Reason, Walker};

/// A container of the values with one upper half.
///
/// Source: `bitmap/container.rs` and `bitmap/store`, version 0.11.3.
struct Container {
    _key: u16,
    _store: Store,
}

/// Source: `bitmap/store/mod.rs`.
#[expect(dead_code, reason = "only its size is used")]
enum Store {
    Array(Vec<u16>),
    Bitmap { len: u64, bits: Box<Bits> },
    Run(Vec<[u16; 2]>),
}

/// The number of containers in a full bitmap.
const ALL: u32 = 1 << 16;

/// The size in bytes of a run: its first and last value.
const RUN: usize = size_of::<[u16; 2]>();

/// A bit per value.
type Bits = [u64; 1024];

/// The containers, without spare capacity.
impl DeepSize for RoaringBitmap {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.lower_bound(Reason::Capacity, None);
        // For a full bitmap, `statistics` would overflow.
        let statistics = (!self.is_full()).then(|| self.statistics());
        let n_containers = statistics.map_or(ALL, |statistics| statistics.n_containers);
        let containers = n_containers as usize * size_of::<Container>();
        walker.allocations(usize::from(containers > 0), containers, containers);
        let Some(statistics) = statistics else {
            // Each container has at least one run.
            let runs = ALL as usize * RUN;
            return walker.allocations(ALL as usize, runs, runs);
        };
        // `n_bytes_array_containers` counts four bytes per value, but each takes two.
        let arrays = statistics.n_bytes_array_containers as usize / 2;
        let values = statistics.n_values_array_containers as usize * size_of::<u16>();
        walker.allocations(statistics.n_array_containers as usize, arrays, values);
        for _ in 0..statistics.n_bitset_containers {
            walker.allocation(core::ptr::null::<Bits>(), Layout::new::<Bits>(), size_of::<Bits>());
        }
        // `n_bytes_run_containers` includes the number of runs, two bytes per container.
        let runs = statistics.n_run_containers as usize;
        let ends = (statistics.n_bytes_run_containers as usize).saturating_sub(2 * runs);
        walker.allocations(runs, ends, ends);
    }
}

/// A tree of bitmaps.
impl DeepSize for RoaringTreemap {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Only the bitmaps are exposed by reference. Like the keys, they are adjacent in their node.
        let report = |(), node: Node| {
            let spare = NODE_CAPACITY.saturating_sub(node.entries) * (size_of::<RoaringBitmap>() + 4);
            let address = core::ptr::without_provenance::<()>(node.address);
            walker.allocation(address, node.layout, node.layout.size() - spare);
        };
        fold_tree(self.bitmaps().map(|(_, bitmap)| (bitmap, &0_u32)), (), |(), _, _| (), report);
        walker.elements(self.bitmaps().map(|(_, bitmap)| bitmap));
    }
}
