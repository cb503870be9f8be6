//! `roaring` 0.11: a lower bound without a useful limit.
//!
//! Array and bitmap containers are counted exactly. The vector of containers, and run containers, do not expose their spare
//! capacity. Removals keep it, so only the number of keys limits it: several MB for the containers. The tree of a `RoaringTreemap` is counted like the tree of a `BTreeMap`.

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
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.lower_bound(Reason::Capacity, None);
        let mut walk = |count: u32, bytes: u64, used: usize, align: usize| {
            // Only the sum of the blocks is known, so each block is reported with an equal share.
            for block in 0..count as usize {
                let share =
                    |bytes: usize| bytes * (block + 1) / count as usize - bytes * block / count as usize;
                if let Ok(layout) = Layout::from_size_align(share(bytes as usize), align) {
                    walker.allocation(core::ptr::null::<()>(), layout, share(used).min(layout.size()));
                }
            }
        };
        // For a full bitmap, `statistics` would overflow.
        let statistics = (!self.is_full()).then(|| self.statistics());
        let n_containers = statistics.map_or(ALL, |statistics| statistics.n_containers);
        let containers = u64::from(n_containers) * size_of::<Container>() as u64;
        let any = u32::from(containers > 0);
        walk(any, containers, containers as usize, align_of::<Container>());
        let Some(statistics) = statistics else {
            // Each container has at least one run.
            let runs = u64::from(ALL) * RUN as u64;
            return walk(ALL, runs, runs as usize, align_of::<u16>());
        };
        // `n_bytes_array_containers` counts four bytes per value, but each takes two.
        let arrays = statistics.n_bytes_array_containers / 2;
        let values = statistics.n_values_array_containers as usize * size_of::<u16>();
        walk(statistics.n_array_containers, arrays, values, align_of::<u16>());
        let bitmaps = statistics.n_bitset_containers;
        let bits = bitmaps as usize * size_of::<Bits>();
        walk(bitmaps, bits as u64, bits, align_of::<Bits>());
        // `n_bytes_run_containers` includes the number of runs, two bytes per container.
        let runs = statistics.n_run_containers;
        let ends = statistics.n_bytes_run_containers.saturating_sub(2 * u64::from(runs));
        walk(runs, ends, ends as usize, align_of::<u16>());
    }
}

/// A tree of bitmaps.
impl DeepSize for RoaringTreemap {
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
