//! Object ids that are the same in every snapshot of a value.

use std::collections::HashSet;
use std::vec::Vec;

/// The id of the root.
pub(super) const ROOT: u32 = 1;

/// The id of the object for handles outside the value.
pub(super) const OUTSIDE: u32 = 3;

/// A hash that identifies a node, stable across programs and machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    /// The initial key.
    // FNV-1a (Fowler, Noll and Vo), with a mixer at the end because the upper bits become the id.
    pub(super) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// Adds a text to the key.
    pub(super) fn text(self, text: &str) -> Self {
        // UTF-8 never has this byte, so it separates texts.
        let bytes = text.bytes().chain([0xff]);
        Self(bytes.fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// Adds a number to the key.
    pub(super) fn number(self, number: usize) -> Self {
        Self(mixed(self.0 ^ mixed(number as u64)))
    }
}

/// An id for each key, odd like V8's and below 2³².
///
/// The ids of equal keys depend only on how many there are. Ids of different keys are almost always independent of each
/// other.
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
        // Terminates, because a report has fewer than 2³¹ nodes.
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

/// A bijection that spreads each bit over all bits: the finalizer of SplitMix64, by Steele, Lea and Flood, OOPSLA 2014.
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
    fn ids_are_odd_and_distinct_even_for_equal_keys() {
        let keys: Vec<Key> = (0..200_000).map(|at| Key::EMPTY.text("node").number(at % 90_000)).collect();
        let ids = ids(&keys);
        assert!(ids.iter().all(|id| id % 2 == 1 && ![ROOT, OUTSIDE].contains(id)));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn ids_hardly_depend_on_other_nodes() {
        let keys: Vec<Key> = (0..100_000).map(|at| Key::EMPTY.number(at)).collect();
        let (all, half) = (ids(&keys), ids(&keys[..50_000]));
        let moved = all.iter().zip(&half).filter(|(one, other)| one != other).count();
        // About two of 100,000 ids out of 2³¹ collide, which may move one of them.
        assert!(moved < 20, "{moved}");
    }

    #[test]
    fn texts_do_not_run_together() {
        assert_ne!(Key::EMPTY.text("ab").text("c"), Key::EMPTY.text("a").text("bc"));
    }
}
