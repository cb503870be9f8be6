use alloc::collections::LinkedList;

use crate::{Walker, layout};

collection! {
    /// A block per element, with two pointers.
    LinkedList<T> where [T] => |list, walker| walk_blocks(list, walker), list
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
