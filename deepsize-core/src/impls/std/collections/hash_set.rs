use std::collections::HashSet;

use super::hash_table::{Fill, span_of_entries, sum_table, walk_hasher, walk_table};
use crate::layout::Span;
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

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        let (span, below) = if T::is_flat() {
            (span_of_entries::<T, _>(walker, fill, true, self.iter()), 0)
        } else {
            walker.on_a_stack(|walker| {
                let (last, bytes) = self.iter().fold((None, 0), |(_, bytes), element| {
                    (Some(element), bytes + element.sum_owned(walker))
                });
                (Span::between(self.iter().next(), last), bytes)
            })
        };
        walk_hasher::<S>(walker);
        sum_table::<T>(walker, fill, span) + below
    }
}
