//! Prefetching the memory that a walk will read next.
//!
//! A walk over pointer-rich data waits for memory most of the time. If the values were allocated in the order of the walk, the
//! hardware prefetcher predicts the next address. Otherwise it cannot, so the walk prefetches the targets of the next values.
//!
//! Invariant: no result depends on this folder. At optimisation level 0, its functions only iterate, so debug builds are smaller
//! and build faster.

#[cfg(feature = "alloc")]
pub(crate) mod dyn_batch;
#[cfg(hash_map)]
mod entries;
mod slice;

#[cfg(hash_map)]
pub(crate) use entries::fold_entries;
pub(crate) use slice::Ahead;

use crate::arch;

/// The first two addresses that the sum over a value reads outside the value. 0 means no address.
pub(crate) type NextReads = [usize; 2];

const IS_ENABLED: bool = cfg!(prefetch);

/// Fewer values than this likely fit in a cache.
const MANY: usize = 2048;

/// The first two addresses for a value with two parts.
#[inline(always)]
pub(crate) fn merge(first: NextReads, second: NextReads) -> NextReads {
    match first {
        [0, _] => second,
        [address, 0] => [address, second[0]],
        both => both,
    }
}

/// Prefetches the first cache line of a block.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) fn prefetch_block(address: usize) {
    if IS_ENABLED {
        arch::prefetch(address);
    }
}

/// Prefetches the first two cache lines at each address.
#[inline(always)]
fn prefetch_both(reads: NextReads) {
    const LINE: usize = 64;

    for address in reads.into_iter().filter(|&address| address != 0) {
        arch::prefetch(address);
        arch::prefetch(address.wrapping_add(LINE));
    }
}
