use std::vec;
use std::vec::Vec;

/// No node, block, edge or place.
pub(crate) const NONE: u32 = u32::MAX;

/// Lists of numbers in compressed sparse row form: one vector of items, and one of the starts of the lists.
#[derive(Debug)]
pub(crate) struct Csr {
    /// The start of each list in `items`, then the end of the last one.
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Csr {
    /// Distributes pairs of list and item. Each list keeps their order. Takes linear time.
    pub(crate) fn new(lists: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; lists + 1];
        pairs.clone().for_each(|(list, _)| starts[list as usize + 1] += 1);
        for list in 0..lists {
            starts[list + 1] += starts[list];
        }
        let mut items = vec![0; starts[lists] as usize];
        let mut next = starts.clone();
        for (list, item) in pairs {
            let place = &mut next[list as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        Self { starts, items }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn of(&self, list: u32) -> &[u32] {
        &self.items[self.starts[list as usize] as usize..self.starts[list as usize + 1] as usize]
    }

    /// The transpose: list `b` contains `a` if list `a` contained `b`.
    pub(crate) fn reversed(&self) -> Self {
        let pairs =
            (0..self.len() as u32).flat_map(|list| self.of(list).iter().map(move |&item| (item, list)));
        Self::new(self.len(), pairs)
    }
}
