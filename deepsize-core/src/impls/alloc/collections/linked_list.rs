use alloc::collections::LinkedList;

use crate::sum::Sum as _;
use crate::{DeepSize, Totals, Walker, layout};

/// A block for each element, with two pointers.
impl<T: DeepSize> DeepSize for LinkedList<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (node, offset) = layout::list_node::<T>();
        for element in self {
            // An element of no size may lie where the node ends.
            let address = core::ptr::from_ref(element).wrapping_byte_sub(offset);
            walker.allocation(address, node, node.size());
        }
        walker.elements(self);
    }

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        self.len() * layout::list_node::<T>().0.size() + walker.sum_elements(self)
    }

    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        let nodes = Totals::blocks(self.len(), layout::list_node::<T>().0.size());
        before + nodes + walker.sum_all(self)
    }
}
