//! A set of addresses: a hash table of regions, with a bit for each address in a region.

use alloc::vec::Vec;
use core::mem;

/// The number of a region, and a bit for each of its addresses.
#[derive(Clone, Copy)]
struct Cell {
    region: usize,
    marks: usize,
}

/// The region of a vacant cell.
const VACANT: usize = 0;

/// Blocks usually begin at multiples of two words, so these are adjacent bits. On 64-bit targets, a region is 1 KiB.
const ALIGNMENT: usize = 2 * size_of::<usize>();

/// The size of the first table in cells. All sizes are powers of two.
const FIRST_CELLS: usize = 8;

/// A set that takes at most eight words for each region with an address, and twelve while it grows.
pub(crate) struct AddressSet {
    cells: Vec<Cell>,
    /// A hash shifted right by this is an index into `cells`.
    shift: u32,
    /// The number of regions that fit before the table must grow.
    room: usize,
}

impl AddressSet {
    /// An empty set, without an allocation.
    pub(crate) const fn new() -> Self {
        Self { cells: Vec::new(), shift: 0, room: 0 }
    }

    #[inline]
    pub(crate) fn is_unallocated(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether the set contains `address`.
    #[inline]
    pub(crate) fn contains(&self, address: usize) -> bool {
        let Cell { region, marks } = mark(address);
        let mut at = hash(region) >> self.shift;
        while let Some(cell) = self.cells.get(at) {
            if cell.region == region {
                return cell.marks & marks != 0;
            }
            if cell.region == VACANT {
                return false;
            }
            at = self.next(at);
        }
        false
    }

    /// Inserts an address and returns whether it is new, or `None` if there is no memory for it.
    // Out of line, so that the sums of handles stay small enough to be inlined.
    #[inline(never)]
    pub(crate) fn insert(&mut self, address: usize) -> Option<bool> {
        self.insert_cell(mark(address))
    }

    /// Inserts the marked addresses of a region: either a single one, or several that are all new.
    #[inline]
    fn insert_cell(&mut self, new: Cell) -> Option<bool> {
        let mut at = hash(new.region) >> self.shift;
        while let Some(cell) = self.cells.get_mut(at) {
            if cell.region == new.region {
                let is_new = cell.marks & new.marks == 0;
                cell.marks |= new.marks;
                return Some(is_new);
            }
            if cell.region != VACANT {
                at = self.next(at);
            } else if self.room > 0 {
                self.room -= 1;
                *cell = new;
                return Some(true);
            } else {
                break;
            }
        }
        self.grow()?;
        self.insert_cell(new)
    }

    /// The index of the cell after `at`.
    #[inline]
    fn next(&self, at: usize) -> usize {
        (at + 1) & (usize::MAX >> self.shift)
    }

    /// Doubles the table.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<()> {
        let size = (self.cells.len() * 2).max(FIRST_CELLS);
        let mut cells = Vec::new();
        cells.try_reserve_exact(size).ok()?;
        cells.resize(size, Cell { region: VACANT, marks: 0 });
        let before = mem::replace(&mut self.cells, cells);
        self.shift = usize::BITS - size.ilog2();
        // Half of the cells, so nearly every search ends in its first one.
        self.room = size / 2;
        for cell in before.into_iter().filter(|cell| cell.region != VACANT) {
            self.insert_cell(cell)?;
        }
        Some(())
    }
}

/// The region of an address, with only its bit.
#[inline(always)]
fn mark(address: usize) -> Cell {
    // Addresses that are not multiples of the alignment are in separate regions.
    let number = address.rotate_right(ALIGNMENT.ilog2());
    Cell { region: number / usize::BITS as usize + 1, marks: 1 << (number % usize::BITS as usize) }
}

/// Spreads the numbers of regions over the upper bits, even if they have equal distances.
///
/// Source: Knuth, The Art of Computer Programming, vol. 3, 6.4. Multiplication alone leaves numbers together if their
/// distance is a Fibonacci number times a power of two. The shift separates them.
#[inline]
fn hash(region: usize) -> usize {
    // 2^64 divided by the golden ratio, truncated to the width of an address and made odd.
    const FACTOR: usize = (0x9E37_79B9_7F4A_7C15_u64 >> (u64::BITS - usize::BITS)) as usize | 1;
    (region ^ (region >> 7)).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests;
