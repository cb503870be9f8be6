use super::{IS_ENABLED, MANY, NextReads, prefetch_both};

/// How many entries of a map are prefetched ahead.
const AHEAD: usize = 16;

/// Folds the entries of a map in order, and prefetches what those of a large map lead to: hashing scatters them.
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
    // No `fold`, whose state `hashbrown` keeps in memory.
    for entry in entries {
        sum = visit(sum, entry);
    }
    sum
}

/// Visits each entry when as many others as the ring holds have been prefetched after it.
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
