//! A search for sizes with a given sum.

/// The most sizes that a search may pick.
const MOST_PICKED: usize = 64;

/// The most positions that a search may look at.
const MOST_STEPS: usize = 100_000;

/// The positions of `count` of these sizes with this sum. `None` if they do not exist, or the search takes too long.
///
/// `sizes` are in descending order. Takes linear time, and logarithmic time for each position that the search looks at.
pub(super) fn find(sizes: &[usize], count: usize, sum: usize) -> Option<Vec<usize>> {
    if count > MOST_PICKED || count > sizes.len() {
        return None;
    }
    let mut search = Search::new(sizes);
    search.pick(0, count, sum).then_some(search.picked)
}

struct Search<'s> {
    /// In descending order.
    sizes: &'s [usize],
    /// At each position, the sum of all earlier sizes, and last the sum of all.
    sums: Vec<usize>,
    picked: Vec<usize>,
    steps_left: usize,
}

impl<'s> Search<'s> {
    fn new(sizes: &'s [usize]) -> Self {
        let mut sums = vec![0];
        sums.extend(sizes.iter().scan(0_usize, |sum, &size| {
            *sum = sum.saturating_add(size);
            Some(*sum)
        }));
        Self { sizes, sums, picked: Vec::new(), steps_left: MOST_STEPS }
    }

    /// The sum of `count` sizes from this position on.
    fn sum(&self, from: usize, count: usize) -> usize {
        self.sums[from + count] - self.sums[from]
    }

    /// Picks `count` sizes from this position on.
    fn pick(&mut self, from: usize, count: usize, sum: usize) -> bool {
        if count == 0 {
            return sum == 0;
        }
        let last = self.sizes.len() - count;
        let least = self.sum(last, count);
        let mut at = from + self.sizes[from..].partition_point(|&size| size > sum);
        while at <= last && least <= sum && sum <= self.sum(at, count) {
            let Some(steps_left) = self.steps_left.checked_sub(1) else { return false };
            self.steps_left = steps_left;
            let size = self.sizes[at];
            self.picked.push(at);
            if self.pick(at + 1, count - 1, sum - size) {
                return true;
            }
            self.picked.pop();
            // Another size of this value allows no other sums.
            at += self.sizes[at..].partition_point(|&other| other == size);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_STEPS, Search, find};

    /// A generator of pseudo-random numbers below `limit`.
    fn random(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed * 2 + 1;
        move |limit| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % limit
        }
    }

    #[test]
    fn a_selection_is_found_if_one_exists() {
        for seed in 0..40 {
            let mut random = random(seed);
            let mut sizes: Vec<usize> = (0..random(10)).map(|_| random(8)).collect();
            sizes.sort_unstable_by(|one, other| other.cmp(one));
            for (count, sum) in (0..=11).flat_map(|count| (0..40).map(move |sum| (count, sum))) {
                let exists = (0_u32..1 << sizes.len()).any(|set| {
                    let picked = (0..sizes.len()).filter(|at| set >> at & 1 == 1).map(|at| sizes[at]);
                    (set.count_ones() as usize, picked.sum::<usize>()) == (count, sum)
                });
                let found = find(&sizes, count, sum);
                assert_eq!(found.is_some(), exists, "{count} of {sizes:?} with the sum {sum}");
                if let Some(found) = found {
                    assert!(found.is_sorted_by(|one, next| one < next) && found.len() == count);
                    assert_eq!(found.iter().map(|&at| sizes[at]).sum::<usize>(), sum);
                }
            }
        }
    }

    #[test]
    fn equal_sizes_are_one_step() {
        let sizes = [vec![32; 100_000], vec![16; 100_000], vec![8; 100_000]].concat();
        let mut search = Search::new(&sizes);
        assert!(!search.pick(0, 60, 60 * 16 + 4), "each sum is a multiple of eight");
        let steps = MOST_STEPS - search.steps_left;
        assert!(steps <= 3 * 60 * 60, "{steps} steps");
    }

    #[test]
    fn a_search_without_a_result_ends() {
        // All sizes are even and different, and the sum is odd.
        let sizes: Vec<usize> = (0..100_000).rev().map(|size| 2 * size + 2).collect();
        let mut search = Search::new(&sizes);
        assert!(!search.pick(0, 40, 4_000_001));
        assert_eq!(search.steps_left, 0);
    }
}
