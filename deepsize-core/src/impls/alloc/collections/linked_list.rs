use alloc::collections::LinkedList;

use crate::{DeepSize, Walker, layout};

/// A block per element, with two pointers.
impl<T: DeepSize> DeepSize for LinkedList<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (node, offset) = layout::list_node::<T>();
        for element in self {
            // A zero-sized element can be at the end of the node.
            let address = core::ptr::from_ref(element).wrapping_byte_sub(offset);
            walker.allocation(address, node, node.size());
        }
        walker.elements(self);
    }
}
