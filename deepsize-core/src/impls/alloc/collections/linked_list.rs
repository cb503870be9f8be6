use alloc::collections::LinkedList;

use crate::container::Container;
use crate::{DeepSize, Walker, layout};

/// A block per element, with two pointers.
impl<T: DeepSize> DeepSize for LinkedList<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_blocks(self, walker);
        walker.elements(self);
    }
}

impl<T> Container for LinkedList<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_blocks(self, walker);
        walker.elements_with(self, walk);
    }
}

/// Reports the node of each element.
fn walk_blocks<T>(list: &LinkedList<T>, walker: &mut Walker<'_>) {
    let (node, offset) = layout::list_node::<T>();
    for element in list {
        // A zero-sized element can be at the end of the node.
        let address = core::ptr::from_ref(element).wrapping_byte_sub(offset);
        walker.allocation(address, node, node.size());
    }
}
