//! The sets of roots that reach each block.

use std::collections::HashMap;
use std::rc::Rc;
use std::vec;
use std::vec::Vec;

use crate::ownership::components::components;
use crate::ownership::csr::Csr;

/// Finds the set of roots that reach each block. Returns the index of each block's set, and the sorted sets.
///
/// `roots` has the block and the number of each root. All blocks of a strongly connected component have the same set: the union of
/// the sets of its predecessors and its own roots. Equal sets are stored once.
pub(super) fn reaching_sets(
    blocks: usize,
    links: &[(u32, u32)],
    roots: &[(u32, u32)],
) -> (Vec<u32>, Vec<Rc<[u32]>>) {
    let (component, components) = components(&Csr::new(blocks, links.iter().copied()));
    let of = |block: u32| component[block as usize];
    let predecessors = Csr::new(components, links.iter().map(|&(from, to)| (of(to), of(from))));
    let own_roots = Csr::new(components, roots.iter().map(|&(block, root)| (of(block), root)));
    let mut sets = Sets::default();
    let mut set_of = vec![0; components];
    let mut merged = Vec::new();
    // No link goes to a component with a larger number.
    for to in (0..components as u32).rev() {
        let from = predecessors.of(to).iter().filter(|&&from| from != to);
        merged.extend(from.map(|&from| set_of[from as usize]));
        set_of[to as usize] = sets.union(&mut merged, own_roots.of(to));
        merged.clear();
    }
    (component.iter().map(|&component| set_of[component as usize]).collect(), sets.sets)
}

/// Sets of numbers, each distinct set once.
#[derive(Default)]
struct Sets {
    sets: Vec<Rc<[u32]>>,
    numbers: HashMap<Rc<[u32]>, u32>,
    members: Vec<u32>,
}

impl Sets {
    /// The number of the union of known sets and other members.
    fn union(&mut self, known: &mut Vec<u32>, others: &[u32]) -> u32 {
        known.sort_unstable();
        known.dedup();
        if let Some(largest) = self.containing(known, others) {
            return largest;
        }
        self.members.clear();
        self.members.extend_from_slice(others);
        known.iter().for_each(|&set| self.members.extend_from_slice(&self.sets[set as usize]));
        self.members.sort_unstable();
        self.members.dedup();
        if let Some(&number) = self.numbers.get(&self.members[..]) {
            return number;
        }
        let (set, number) = (Rc::<[u32]>::from(&self.members[..]), self.sets.len() as u32);
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    /// The largest of these sets, if it contains all others and these members. No union is built then.
    fn containing(&self, known: &[u32], others: &[u32]) -> Option<u32> {
        let set = |number: u32| &self.sets[number as usize][..];
        let largest = known.iter().copied().max_by_key(|&number| set(number).len())?;
        let smaller = known.iter().filter(|&&number| number != largest).flat_map(|&number| set(number));
        let is_member = |member: &u32| set(largest).binary_search(member).is_ok();
        others.iter().chain(smaller).all(is_member).then_some(largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_set_is_stored_for_a_part_of_the_holders() {
        // Each of 100 roots holds blocks 100 and 101, and block 101 holds block 100.
        let holders = 0..100_u32;
        let links: Vec<(u32, u32)> =
            holders.clone().flat_map(|root| [(root, 100), (root, 101)]).chain([(101, 100)]).collect();
        let roots: Vec<(u32, u32)> = holders.clone().map(|root| (root, root)).collect();
        let (set_of, sets) = reaching_sets(102, &links, &roots);
        assert_eq!(sets.len(), 100 + 1);
        assert!(holders.clone().all(|root| *sets[set_of[root as usize] as usize] == [root]));
        let all: Vec<u32> = holders.collect();
        assert!([100, 101].iter().all(|&block: &usize| *sets[set_of[block] as usize] == all[..]));
    }
}
