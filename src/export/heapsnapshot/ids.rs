//! Numbers by which a node is known in every snapshot of a value.

use std::collections::HashSet;
use std::vec::Vec;

/// The number of the root of a snapshot.
pub(super) const ROOT: u32 = 1;

/// The number of what stands for the handles outside the value.
pub(super) const OUTSIDE: u32 = 3;

/// What tells a node from others, in brief; it does not change from one program or machine to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    /// The key of nothing, to begin with.
    // The hash is FNV-1a, by Fowler, Noll and Vo; with a mixer at the end, since the upper bits become the number.
    pub(super) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// Goes on with a text.
    pub(super) fn text(self, text: &str) -> Self {
        // No text has this byte, so that it shows where one ends.
        let bytes = text.bytes().chain([0xff]);
        Self(bytes.fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// Goes on with a number.
    pub(super) fn number(self, number: usize) -> Self {
        Self(mixed(self.0 ^ mixed(number as u64)))
    }
}

/// A number for each key, odd as those of V8 are and below 2³². Equal keys get numbers that depend on how many there are,
/// and different keys nearly always ones that do not depend on each other.
pub(super) fn ids(keys: &[Key]) -> Vec<u32> {
    let mut order: Vec<(u64, u32)> = keys.iter().zip(0..).map(|(key, node)| (mixed(key.0), node)).collect();
    order.sort_unstable();
    let mut ids = std::vec![0; keys.len()];
    let mut taken = HashSet::with_capacity(keys.len() + 2);
    taken.extend([ROOT, OUTSIDE]);
    let (mut last, mut equal) = (None, 0_u64);
    for (hash, node) in order {
        equal = if last == Some(hash) { equal + 1 } else { 0 };
        last = Some(hash);
        let mut candidate = mixed(hash.wrapping_add(equal));
        // There are 2³¹ numbers, and a report has fewer nodes.
        while !taken.insert(number(candidate)) {
            candidate = mixed(candidate);
        }
        ids[node as usize] = number(candidate);
    }
    ids
}

fn number(hash: u64) -> u32 {
    (hash >> 32) as u32 | 1
}

/// Spreads each bit over all, one to one: the finalizer of SplitMix64, by Steele, Lea and Flood, OOPSLA 2014.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_odd_and_differ_also_for_equal_keys() {
        let keys: Vec<Key> = (0..200_000).map(|at| Key::EMPTY.text("node").number(at % 90_000)).collect();
        let ids = ids(&keys);
        assert!(ids.iter().all(|id| id % 2 == 1 && ![ROOT, OUTSIDE].contains(id)));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn numbers_hardly_depend_on_what_else_there_is() {
        let keys: Vec<Key> = (0..100_000).map(|at| Key::EMPTY.number(at)).collect();
        let (all, half) = (ids(&keys), ids(&keys[..50_000]));
        let moved = all.iter().zip(&half).filter(|(one, other)| one != other).count();
        // Of 100,000 numbers out of 2³¹ about two meet, which may move one of them.
        assert!(moved < 20, "{moved}");
    }

    #[test]
    fn texts_do_not_run_together() {
        assert_ne!(Key::EMPTY.text("ab").text("c"), Key::EMPTY.text("a").text("bc"));
    }
}
