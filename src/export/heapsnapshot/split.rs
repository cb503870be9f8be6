//! Subtracts the bytes of shared blocks from the tree nodes that count them.

use std::vec;
use std::vec::Vec;

/// The bytes of a node and of the nodes below it. Sums saturate.
type ByteCount = u64;

/// Takes the bytes `wanted` at each node from the `supply` of the node and of the nodes below it. Parents precede their
/// children.
///
/// A node's shortage moves to its parent, unless the node `stops` it. At such a node, and at the root, it stays in
/// `wanted`. Where supply exceeds demand, all nodes give in proportion to their surplus.
///
/// Invariant: `supply` and `wanted` shrink by the same sum. Takes time linear in the number of nodes.
pub(super) fn take(
    parents: &[u32],
    wanted: &mut [usize],
    supply: &mut [usize],
    stops: impl Fn(usize) -> bool,
) {
    let nodes = supply.len();
    // For each subtree: its supply, the demand that it can satisfy, and its surplus.
    let mut room: Vec<ByteCount> = supply.iter().map(|&bytes| bytes as ByteCount).collect();
    let (mut need, mut spare) = (vec![0; nodes], room.clone());
    // The demand satisfied below each node.
    let mut below: Vec<ByteCount> = vec![0; nodes];
    for node in (0..nodes).rev() {
        let asked = below[node].saturating_add(wanted[node] as ByteCount);
        need[node] = asked.min(room[node]);
        let lack = asked - need[node];
        wanted[node] = 0;
        if node == 0 || stops(node) {
            wanted[node] = usize::try_from(lack).unwrap_or(usize::MAX);
        }
        if node > 0 {
            let parent = parents[node] as usize;
            if !stops(node) {
                wanted[parent] = wanted[parent].saturating_add(usize::try_from(lack).unwrap_or(usize::MAX));
            }
            below[parent] = below[parent].saturating_add(need[node]);
            room[parent] = room[parent].saturating_add(room[node]);
            spare[parent] = spare[parent].saturating_add(room[node] - need[node]);
        }
    }
    // The bytes taken from each subtree, and the part of its surplus visited so far.
    let (mut taken, mut looked_at) = (vec![0; nodes], vec![0; nodes]);
    for node in 0..nodes {
        if node == 0 {
            taken[node] = need[node];
        } else {
            let parent = parents[node] as usize;
            let share = Share { of: taken[parent] - below[parent].min(taken[parent]), whole: spare[parent] };
            taken[node] = need[node] + share.next(&mut looked_at[parent], room[node] - need[node]);
        }
        let share = Share { of: taken[node] - below[node].min(taken[node]), whole: spare[node] };
        supply[node] -= share.next(&mut looked_at[node], supply[node] as ByteCount) as usize;
    }
}

/// Bytes to distribute in proportion to the parts of a whole.
struct Share {
    of: ByteCount,
    whole: ByteCount,
}

impl Share {
    /// The bytes for the next part, after parts of the total size `looked_at`. Rounding errors cancel.
    fn next(&self, looked_at: &mut ByteCount, part: ByteCount) -> ByteCount {
        let until = |looked_at: ByteCount| match self.whole {
            0 => 0,
            whole => u128::from(self.of) * u128::from(looked_at.min(whole)) / u128::from(whole),
        };
        let before = until(*looked_at);
        *looked_at = looked_at.saturating_add(part);
        (until(*looked_at) - before) as ByteCount
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The children of 0 are 1 and 2, and the children of 2 are 3 and 4.
    const PARENTS: [u32; 5] = [u32::MAX, 0, 0, 2, 2];

    /// The supply and the demand that remain.
    fn left(wanted: [usize; 5], supply: [usize; 5], stops: &[usize]) -> ([usize; 5], [usize; 5]) {
        let (mut left, mut lacking) = (supply, wanted);
        take(&PARENTS, &mut lacking, &mut left, |node| stops.contains(&node));
        let sum = |bytes: [usize; 5]| bytes.iter().sum::<usize>();
        assert_eq!(sum(supply) - sum(left), sum(wanted) - sum(lacking));
        (left, lacking)
    }

    #[test]
    fn demand_is_met_at_the_node_and_below() {
        assert_eq!(left([0, 0, 60, 0, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 0, 0, 0], [0; 5]));
        assert_eq!(left([0, 5, 0, 20, 0], [9, 9, 10, 20, 30], &[]), ([9, 4, 10, 0, 30], [0; 5]));
    }

    #[test]
    fn nodes_give_in_proportion_to_their_surplus() {
        assert_eq!(left([0, 0, 30, 0, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 5, 10, 15], [0; 5]));
        // Demand further down is satisfied first.
        assert_eq!(left([0, 0, 20, 20, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 5, 0, 15], [0; 5]));
        assert_eq!(left([1, 0, 0, 0, 0], [1, 1, 1, 0, 0], &[]).0.iter().sum::<usize>(), 2);
    }

    #[test]
    fn a_shortage_moves_to_the_parent() {
        assert_eq!(left([0, 0, 0, 25, 0], [9, 9, 10, 20, 0], &[]), ([9, 9, 5, 0, 0], [0; 5]));
        assert_eq!(left([0, 0, 0, 25, 0], [9, 9, 1, 20, 0], &[2]), ([9, 9, 0, 0, 0], [0, 0, 4, 0, 0]));
        assert_eq!(left([0, 0, 0, 90, 0], [1, 2, 3, 4, 5], &[]), ([0; 5], [75, 0, 0, 0, 0]));
    }

    #[test]
    fn sums_saturate() {
        const MOST: usize = usize::MAX;
        let (mut left, mut wanted) = ([MOST; 5], [MOST; 5]);
        take(&PARENTS, &mut wanted, &mut left, |_| false);
        assert_eq!((left[3], left[4]), (0, 0));
    }
}
