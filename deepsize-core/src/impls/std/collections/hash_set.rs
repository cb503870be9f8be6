use std::collections::HashSet;

use super::hash_table::{
    Fill, span_of_entries, sum_entries, sum_flat_table, sum_table, walk_hasher, walk_table,
};
use crate::{DeepSize, Walker};

/// As `HashMap`.
impl<T: DeepSize, S> DeepSize for HashSet<T, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        let span = span_of_entries::<T, _>(walker, fill, T::is_flat(), self.iter());
        walk_table::<T>(walker, fill, span);
        walker.elements(self);
        walk_hasher::<S>(walker);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        walk_hasher::<S>(walker);
        if T::is_flat() {
            return sum_flat_table::<T, _>(walker, fill, self.iter());
        }
        let (span, below) = sum_entries(walker, fill, self.iter().map(|element| (element, &())));
        sum_table::<T>(walker, fill, span) + below
    }
}
