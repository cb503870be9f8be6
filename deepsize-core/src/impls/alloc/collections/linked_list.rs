use alloc::collections::LinkedList;

use crate::{DeepSize, Walker, layout};

/// A block for each element, with two pointers.
impl<T: DeepSize> DeepSize for LinkedList<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let node = layout::list_node::<T>();
        self.iter().for_each(|element| walker.allocation(element, node, node.size()));
        walker.elements(self);
    }

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        self.len() * layout::list_node::<T>().size() + walker.sum_elements(self)
    }
}
