//! Splits the bytes of shared blocks off the tree nodes that count them.

use std::vec;
use std::vec::Vec;

/// The bytes of a node and of the nodes below it. Sums saturate.
type ByteCount = u64;

/// Takes from `supply` what is `wanted` at each node, from the node itself and those below; `parents` come before their
/// children.
///
/// What a node lacks is asked of the one around it, unless the node `stops` that: there, and at the root, it stays in `wanted`.
/// Where there is more than is wanted, all parts give in proportion to what they can spare. Linear in the number of nodes, and
/// exact: what is gone from `supply` is gone from `wanted`.
pub(super) fn take(
    parents: &[u32],
    wanted: &mut [usize],
    supply: &mut [usize],
    stops: impl Fn(usize) -> bool,
) {
    let nodes = supply.len();
    // What there is at each node and below, what of it is wanted there and below, and what those below it can spare together
    // with itself.
    let mut room: Vec<ByteCount> = supply.iter().map(|&bytes| bytes as ByteCount).collect();
    let (mut need, mut spare) = (vec![0; nodes], room.clone());
    // Wanted below a node, at nodes that have it.
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
    // What is taken from each node and below, and how much of what it can spare was looked at.
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

/// So many bytes, to be given out in proportion to parts of a whole.
struct Share {
    of: ByteCount,
    whole: ByteCount,
}

impl Share {
    /// The bytes for the next part, if the parts before it are as large as `looked_at` together: whole numbers that add up.
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

    /// Below 0 there are 1 and 2, below 2 there are 3 and 4.
    const PARENTS: [u32; 5] = [u32::MAX, 0, 0, 2, 2];

    /// What is left at each node, and what is still wanted.
    fn left(wanted: [usize; 5], supply: [usize; 5], stops: &[usize]) -> ([usize; 5], [usize; 5]) {
        let (mut left, mut lacking) = (supply, wanted);
        take(&PARENTS, &mut lacking, &mut left, |node| stops.contains(&node));
        let sum = |bytes: [usize; 5]| bytes.iter().sum::<usize>();
        assert_eq!(sum(supply) - sum(left), sum(wanted) - sum(lacking));
        (left, lacking)
    }

    #[test]
    fn what_is_wanted_at_a_node_comes_from_below_it() {
        assert_eq!(left([0, 0, 60, 0, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 0, 0, 0], [0; 5]));
        assert_eq!(left([0, 5, 0, 20, 0], [9, 9, 10, 20, 30], &[]), ([9, 4, 10, 0, 30], [0; 5]));
    }

    #[test]
    fn all_give_in_proportion() {
        assert_eq!(left([0, 0, 30, 0, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 5, 10, 15], [0; 5]));
        // What is wanted further down is taken there first.
        assert_eq!(left([0, 0, 20, 20, 0], [9, 9, 10, 20, 30], &[]), ([9, 9, 5, 0, 15], [0; 5]));
        assert_eq!(left([1, 0, 0, 0, 0], [1, 1, 1, 0, 0], &[]).0.iter().sum::<usize>(), 2);
    }

    #[test]
    fn what_a_node_lacks_is_asked_of_the_one_around() {
        assert_eq!(left([0, 0, 0, 25, 0], [9, 9, 10, 20, 0], &[]), ([9, 9, 5, 0, 0], [0; 5]));
        assert_eq!(left([0, 0, 0, 25, 0], [9, 9, 1, 20, 0], &[2]), ([9, 9, 0, 0, 0], [0, 0, 4, 0, 0]));
        assert_eq!(left([0, 0, 0, 90, 0], [1, 2, 3, 4, 5], &[]), ([0; 5], [75, 0, 0, 0, 0]));
    }

    #[test]
    fn sums_that_do_not_fit_are_no_trouble() {
        const MOST: usize = usize::MAX;
        let (mut left, mut wanted) = ([MOST; 5], [MOST; 5]);
        take(&PARENTS, &mut wanted, &mut left, |_| false);
        assert_eq!((left[3], left[4]), (0, 0));
    }
}
