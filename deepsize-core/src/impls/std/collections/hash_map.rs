use std::collections::HashMap;

use super::hash_table::{
    Fill, span_of_entries, sum_entries, sum_flat_table, sum_table, walk_hasher, walk_table,
};
use crate::{DeepSize, Walker};

/// Buckets × entry, and the control bytes.
///
/// Exact for maps from which nothing was removed while they were nearly full. Otherwise the table may hold tombstones,
/// which hide capacity: then the size is a lower bound, mostly exact, and reported as such ([`Reason::Tombstones`]).
/// In the rare case that the tombstones happen to number exactly the difference to a smaller table, and all entries lie in
/// as small a part of the table, nothing shows that the bound is not met. If the entries are flat and the map has room for
/// 1024 or more, it is enough that the tombstones number so many; where entries come and go, that is so in less than one of
/// a thousand states.
///
/// [`Reason::Tombstones`]: crate::Reason::Tombstones
impl<K: DeepSize, V: DeepSize, S> DeepSize for HashMap<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        let span = span_of_entries::<(K, V), _>(walker, fill, K::is_flat() && V::is_flat(), self.keys());
        walk_table::<(K, V)>(walker, fill, span);
        walker.entries(self);
        walk_hasher::<S>(walker);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let fill = Fill { capacity: self.capacity(), len: self.len() };
        walk_hasher::<S>(walker);
        if K::is_flat() && V::is_flat() {
            return sum_flat_table::<(K, V), _>(walker, fill, self.keys());
        }
        let (span, below) = sum_entries(walker, fill, self.iter());
        sum_table::<(K, V)>(walker, fill, span) + below
    }
}
