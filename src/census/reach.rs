//! The sets of roots that reach each block.

use std::collections::HashMap;
use std::vec;
use std::vec::Vec;

use crate::ownership::components::components;
use crate::ownership::csr::Csr;
use crate::ownership::hash::NumberMap;

/// Finds the set of roots that reach each block. Returns the index of each block's set, and the sorted sets.
///
/// `roots` has the block and the number of each root. All blocks of a strongly connected component have the same set, so sets are
/// propagated from component to component. Equal sets are stored once, and each union of two sets is computed once.
pub(super) fn reaching_sets(
    blocks: usize,
    links: &[(u32, u32)],
    roots: &[(u32, u32)],
) -> (Vec<u32>, Vec<Vec<u32>>) {
    let successors = Csr::new(blocks, links.iter().copied());
    let (component, components) = components(&successors);
    let members =
        Csr::new(components, component.iter().zip(0..).map(|(&component, block)| (component, block)));
    let mut sets = Sets::new();
    let mut set_of = vec![Sets::EMPTY; components];
    for &(block, root) in roots {
        let set = &mut set_of[component[block as usize] as usize];
        let alone = sets.number(vec![root]);
        *set = sets.union(*set, alone);
    }
    // No link goes to a component with a larger number.
    for from in (0..components as u32).rev() {
        for &block in members.of(from) {
            for &next in successors.of(block) {
                let to = component[next as usize] as usize;
                set_of[to] = sets.union(set_of[to], set_of[from as usize]);
            }
        }
    }
    (component.iter().map(|&component| set_of[component as usize]).collect(), sets.sets)
}

/// Sets of numbers, each distinct set once.
struct Sets {
    sets: Vec<Vec<u32>>,
    numbers: HashMap<Vec<u32>, u32>,
    unions: NumberMap<u64, u32>,
}

impl Sets {
    const EMPTY: u32 = 0;

    fn new() -> Self {
        let mut sets = Self { sets: Vec::new(), numbers: HashMap::new(), unions: NumberMap::default() };
        sets.number(Vec::new());
        sets
    }

    /// The number of a sorted set.
    fn number(&mut self, set: Vec<u32>) -> u32 {
        let next = self.sets.len() as u32;
        let number = *self.numbers.entry(set.clone()).or_insert(next);
        if number == next {
            self.sets.push(set);
        }
        number
    }

    fn union(&mut self, one: u32, other: u32) -> u32 {
        let (low, high) = (one.min(other), one.max(other));
        if low == high || low == Self::EMPTY {
            return high;
        }
        let key = u64::from(low) << 32 | u64::from(high);
        if let Some(&known) = self.unions.get(&key) {
            return known;
        }
        let mut union = self.sets[low as usize].clone();
        union.extend_from_slice(&self.sets[high as usize]);
        union.sort_unstable();
        union.dedup();
        let number = self.number(union);
        self.unions.insert(key, number);
        number
    }
}
