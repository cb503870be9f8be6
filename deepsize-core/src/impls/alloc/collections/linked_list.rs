use alloc::collections::LinkedList;

use crate::{DeepSize, Role, Walker, layout};

/// A block for each element, with two pointers.
impl<T: DeepSize> DeepSize for LinkedList<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let node = layout::list_node::<T>();
        if T::is_flat() && !walker.is_observed() {
            return walker.allocations(self.len(), node.size());
        }
        walker.on_a_stack(|walker| {
            for (index, element) in self.iter().enumerate() {
                walker.allocation(element, node, node.size());
                if !T::is_flat() {
                    walker.visit(|| Role::Element(index), element);
                }
            }
        });
        if T::is_flat() {
            walker.flat_run::<T>(Role::Element(0), self.len());
        }
    }
}
