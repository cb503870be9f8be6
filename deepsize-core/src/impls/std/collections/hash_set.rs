use std::collections::HashSet;

use super::hash_table::{walk_hasher, walk_table};
use crate::{DeepSize, Role, Walker};

/// As `HashMap`.
impl<T: DeepSize, S> DeepSize for HashSet<T, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_table::<T, _, _>(
            walker,
            (self.capacity(), self.len()),
            T::is_flat(),
            self.iter(),
            |element| element,
            |walker, index, element| walker.visit(|| Role::Element(index), element),
        );
        if T::is_flat() {
            walker.flat_run::<T>(Role::Element(0), self.len());
        }
        walk_hasher::<S>(walker);
    }
}
