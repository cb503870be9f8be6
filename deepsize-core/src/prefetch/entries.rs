use super::{IS_ENABLED, MANY, NextReads, prefetch_both};

/// The number of map entries that are prefetched ahead.
const AHEAD: usize = 16;

/// Folds the entries of a map in order. In a large map, it prefetches their targets, because hashing scatters the entries.
#[inline]
pub(crate) fn fold_entries<E: Copy, A>(
    entries: impl Iterator<Item = E>,
    len: usize,
    next_reads: impl Fn(E) -> NextReads,
    mut sum: A,
    mut visit: impl FnMut(A, E) -> A,
) -> A {
    if IS_ENABLED && len >= MANY {
        return fold_many(entries, next_reads, sum, visit);
    }
    // `hashbrown` would keep the state of a `fold` in memory.
    for entry in entries {
        sum = visit(sum, entry);
    }
    sum
}

/// Prefetches each entry `AHEAD` entries before its visit.
#[inline(never)]
fn fold_many<E: Copy, A>(
    entries: impl Iterator<Item = E>,
    next_reads: impl Fn(E) -> NextReads,
    initial: A,
    mut visit: impl FnMut(A, E) -> A,
) -> A {
    let (mut ring, mut oldest) = ([None; AHEAD], 0);
    let sum = entries.fold(initial, |sum, entry| {
        prefetch_both(next_reads(entry));
        let due = ring[oldest].replace(entry);
        oldest = (oldest + 1) % AHEAD;
        match due {
            Some(due) => visit(sum, due),
            None => sum,
        }
    });
    let (newer, older) = ring.split_at(oldest);
    older.iter().chain(newer).flatten().fold(sum, |sum, entry| visit(sum, *entry))
}
