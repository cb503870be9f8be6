use alloc::vec::{IntoIter, Vec};
use core::alloc::Layout;
use core::any;

use super::super::{count_of, sum_of};
use crate::evident::Evident;
use crate::machine::ask_for_block;
use crate::observer::Leaf;
use crate::sum::Sum as _;
use crate::{Allocation, DeepSize, Reason, Role, Totals, Walker};

/// Capacity × element size; elements of zero bytes take no block.
impl<T: DeepSize> DeepSize for Vec<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.block(&Allocation::of_buffer(self.as_ptr(), self.capacity(), self.len()));
        walker.tell_bytes(self);
        walker.slice(self);
    }

    #[inline]
    fn __walk_node(&self, role: Role, walker: &mut Walker<'_>) {
        match Self::__leaf() {
            Some(leaf) => {
                let block = Allocation::of_buffer(self.as_ptr(), self.capacity(), self.len());
                walker.leaf(role, self, &block, leaf.contents(block.used));
            }
            None => walker.enter_and_walk(role, self),
        }
    }

    #[inline]
    fn __leaf() -> Option<Leaf> {
        // Elements without a size cannot be counted by their bytes.
        let is_leaf = T::is_flat() && size_of::<T>() > 0;
        is_leaf.then(|| Leaf { contents: Some((any::type_name::<T>(), size_of::<T>())) })
    }

    #[inline]
    fn __leaf_bytes(&self) -> (usize, usize) {
        (self.capacity().wrapping_mul(size_of::<T>()), size_of_val(self.as_slice()))
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let block = self.capacity().wrapping_mul(size_of::<T>());
        if T::is_flat() { block } else { block + T::sum_slice(self, walker) }
    }

    #[inline]
    fn sum_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> usize {
        // Elements without a size take no block, and their capacities no sum.
        if T::is_flat() && size_of::<T>() == 0 {
            return 0;
        }
        if T::is_flat() {
            return sum_of(elements, Self::capacity).wrapping_mul(size_of::<T>());
        }
        walker.sum_each(elements, Self::sum_owned)
    }

    #[inline]
    fn __is_bare(&self) -> bool {
        self.capacity() == 0
    }

    #[inline]
    fn __evident_sum(&self, before: Evident) -> Option<Evident> {
        T::is_flat().then(|| before.and_block(self.capacity().wrapping_mul(size_of::<T>())))
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        let block = before.and_block(self.capacity().wrapping_mul(size_of::<T>()));
        if T::is_flat() { block } else { block + T::__count_slice(self, walker) }
    }

    #[inline]
    fn __count_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> Totals {
        if T::is_flat() {
            let Totals { blocks, bytes } = count_of(elements, Self::capacity);
            // Elements without a size take no block.
            let blocks = if size_of::<T>() == 0 { 0 } else { blocks };
            return Totals::new(blocks, bytes.wrapping_mul(size_of::<T>()));
        }
        walker.sum_each(elements, Totals::of)
    }

    #[inline]
    fn leads_to(&self) -> usize {
        if T::is_flat() || self.is_empty() { 0 } else { self.as_ptr().addr() }
    }

    #[inline]
    fn __ask_ahead(&self, further: bool) {
        const MOST: usize = 4;

        if !further {
            ask_for_block(self.leads_to(), size_of_val(self.as_slice()));
        } else if !T::is_flat() {
            self.iter().take(MOST).for_each(|element| element.__ask_ahead(false));
        }
    }
}

/// The elements not yet handed out and what they own; the rest of the block is opaque, since its capacity is not shown.
impl<T: DeepSize> DeepSize for IntoIter<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let left = self.as_slice();
        if size_of::<T>() > 0 {
            walker.opaque(Reason::Hidden);
            walker.allocation(left.as_ptr(), Layout::for_value(left), size_of_val(left));
        }
        walker.slice(left);
    }
}
