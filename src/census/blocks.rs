//! The shared blocks of a census by address, and the holders of each.

use core::mem;
use std::rc::Rc;
use std::vec;
use std::vec::Vec;

use super::reach::reaching_sets;
use crate::ownership::csr::NONE;

/// Marks a vacant slot.
const VACANT: u64 = u64::MAX;

/// The number of slots of the first table, as a power of two.
const FIRST_BITS: u32 = 6;

/// A shared block with its contents, a known part of a buffer, or a root.
struct Block {
    address: usize,
    bytes: usize,
    /// The list of the block's holders.
    holders: u32,
}

/// A list of holders: the last one, and the list of those before it.
///
/// Blocks with the same holders usually share one list, so most censuses have few lists.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Holders {
    before: u32,
    last: u32,
}

/// The blocks in the order of their first handles, and a hash table of their indices.
///
/// Memory is linear in the blocks and in the pairs of a block and its holder.
pub(super) struct Blocks {
    blocks: Vec<Block>,
    holders: Vec<Holders>,
    /// Linear probing. The upper half of a slot is the lower half of the address's hash. The lower half is the index of the block.
    slots: Vec<u64>,
    roots: Vec<u32>,
    /// The number of roots for which `blocks` keeps room.
    roots_left: usize,
}

impl Blocks {
    /// No blocks, with room for this many roots. So once memory has run out, further roots can still be added.
    pub(super) fn new(roots: usize) -> Self {
        Self {
            blocks: Vec::with_capacity(roots),
            holders: Vec::with_capacity(roots),
            slots: vec![VACANT; 1 << FIRST_BITS],
            roots: Vec::with_capacity(roots),
            roots_left: roots,
        }
    }

    /// Adds a root, which no handle holds.
    pub(super) fn add_root(&mut self) -> u32 {
        let root = self.blocks.len() as u32;
        self.blocks.push(Block { address: 0, bytes: 0, holders: NONE });
        self.roots.push(root);
        self.roots_left = self.roots_left.saturating_sub(1);
        self.hold(root, root);
        root
    }

    /// The block at this address, which is added if it is new. `None` if there is no memory for it.
    #[inline]
    pub(super) fn at(&mut self, address: usize) -> Option<u32> {
        let mut slot = match self.find(address) {
            Ok(block) => return Some(block),
            Err(vacant) => vacant,
        };
        // Three of four slots may be in use.
        if self.blocks.len() * 4 >= self.slots.len() * 3 {
            self.grow()?;
            slot = self.find(address).err()?;
        }
        let block = self.blocks.len() as u32;
        self.blocks.try_reserve(1 + self.roots_left).ok()?;
        self.blocks.push(Block { address, bytes: 0, holders: NONE });
        self.slots[slot] = entry(hash(address), block);
        Some(block)
    }

    /// The block at this address.
    #[inline]
    pub(super) fn get(&self, address: usize) -> Option<u32> {
        self.find(address).ok()
    }

    /// Adds a holder to the blocks at these addresses. Returns whether it found all of them.
    pub(super) fn hold_all(&mut self, addresses: &[usize], holder: u32) -> bool {
        // Loads without a branch between them, so that their cache misses overlap.
        let slots = addresses.iter().map(|address| self.slots[self.first_slot(hash(*address))]);
        core::hint::black_box(slots.fold(0, |all, slot| all | slot));
        addresses.iter().fold(true, |found, address| {
            let block = self.get(*address);
            block.into_iter().for_each(|block| self.hold(block, holder));
            found & block.is_some()
        })
    }

    #[inline]
    pub(super) fn add_bytes(&mut self, block: u32, bytes: usize) {
        let sum = &mut self.blocks[block as usize].bytes;
        *sum = sum.saturating_add(bytes);
    }

    /// Adds a holder to a block, unless it is the last one already.
    ///
    /// A block is walked once, interrupted only by the blocks inside it. So after another holder, a holder is added again only if it
    /// reaches the other one. A list is less than twice as long as the number of its holders.
    #[inline]
    pub(super) fn hold(&mut self, block: u32, holder: u32) {
        let holders = &mut self.blocks[block as usize].holders;
        if self.holders.get(*holders as usize).is_some_and(|list| list.last == holder) {
            return;
        }
        let list = Holders { before: *holders, last: holder };
        if self.holders.last() != Some(&list) {
            self.holders.push(list);
        }
        *holders = (self.holders.len() - 1) as u32;
    }

    /// Joins two known parts of one buffer, so that the same roots reach both.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        self.hold(one, other);
        self.hold(other, one);
    }

    /// The list of a block's holders.
    pub(super) fn holders_of(&self, block: u32) -> u32 {
        self.blocks[block as usize].holders
    }

    /// The list of holders and the bytes of each block.
    pub(super) fn holders_and_bytes(&self) -> impl Iterator<Item = (u32, usize)> {
        self.blocks.iter().map(|block| (block.holders, block.bytes))
    }

    /// For each list of a block's holders, the index of the set of roots that reach the block, and the sorted sets. `numbers` has the
    /// numbers of the roots in the order of the walk.
    ///
    /// A root reaches a block if it reaches one of its holders. So blocks with the same list of holders have the same set.
    pub(super) fn reaching_sets(&self, numbers: &[u32]) -> (Vec<u32>, Vec<Rc<[u32]>>) {
        let set_at = self.lists_with_sets();
        let lists = self.holders.iter().zip(&set_at);
        let links: Vec<(u32, u32)> = lists
            .flat_map(|(list, &at)| {
                let before = set_at.get(list.before as usize).copied();
                [before.unwrap_or(at), self.holders_of(list.last)].map(|from| (from, at))
            })
            .filter(|(from, to)| from != to)
            .collect();
        let roots: Vec<(u32, u32)> =
            self.roots.iter().zip(numbers).map(|(&root, &number)| (self.holders_of(root), number)).collect();
        reaching_sets(self.holders.len(), &links, &roots)
    }

    /// For each list of holders, itself if it needs a set of roots, or else the list with a set that continues it.
    ///
    /// A list needs a set if it is the list of a block, or if several lists continue it. A set for each list would take memory
    /// quadratic in the roots that hold one block.
    fn lists_with_sets(&self) -> Vec<u32> {
        let mut needs_set = vec![false; self.holders.len()];
        self.blocks.iter().for_each(|block| needs_set[block.holders as usize] = true);
        let mut is_continued = vec![false; self.holders.len()];
        for list in self.holders.iter().filter(|list| list.before != NONE) {
            let before = list.before as usize;
            needs_set[before] |= mem::replace(&mut is_continued[before], true);
        }
        let mut set_at: Vec<u32> = (0..self.holders.len() as u32).collect();
        // A list comes after the lists that it continues.
        for (at, list) in self.holders.iter().enumerate().rev() {
            if list.before != NONE && !needs_set[list.before as usize] {
                set_at[list.before as usize] = set_at[at];
            }
        }
        set_at
    }

    /// The block at this address, or the slot for a new one.
    #[inline]
    fn find(&self, address: usize) -> Result<u32, usize> {
        let hash = hash(address);
        let mut at = self.first_slot(hash);
        loop {
            let slot = self.slots[at];
            let block = slot as u32;
            if slot == VACANT {
                return Err(at);
            }
            if slot == entry(hash, block) && self.blocks[block as usize].address == address {
                return Ok(block);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn first_slot(&self, hash: u64) -> usize {
        (hash >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    /// Doubles the table.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<()> {
        let size = self.slots.len() * 2;
        let mut slots = Vec::new();
        slots.try_reserve_exact(size).ok()?;
        slots.resize(size, VACANT);
        self.slots = slots;
        for (block, number) in self.blocks.iter().zip(0..) {
            if self.roots.binary_search(&number).is_ok() {
                continue;
            }
            let hash = hash(block.address);
            let mut at = self.first_slot(hash);
            while self.slots[at] != VACANT {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = entry(hash, number);
        }
        Some(())
    }
}

#[inline]
fn entry(hash: u64, block: u32) -> u64 {
    (hash << 32) | u64::from(block)
}

/// Hashes an address. The upper bits select a slot, and the lower half is stored in it.
#[inline]
fn hash(address: usize) -> u64 {
    let product = u128::from(address as u64) * 0x9E37_79B9_7F4A_7C15;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_set_is_stored_for_the_first_holders_of_a_block() {
        const ROOTS: u32 = 1000;

        let mut blocks = Blocks::new(ROOTS as usize);
        for _ in 0..ROOTS {
            let root = blocks.add_root();
            for address in [8, 16] {
                let block = blocks.at(address).expect("there is memory");
                blocks.hold(block, root);
            }
        }
        let numbers: Vec<u32> = (0..ROOTS).collect();
        let (set_of, sets) = blocks.reaching_sets(&numbers);
        // A set of each root alone, and the set of all roots.
        assert_eq!(sets.iter().map(|set| set.len()).sum::<usize>(), 2 * ROOTS as usize);
        for address in [8, 16] {
            let block = blocks.get(address).expect("the block was added");
            assert_eq!(*sets[set_of[blocks.holders_of(block) as usize] as usize], numbers[..]);
        }
    }
}
