use std::collections::HashMap;

use super::hash_table::{walk_hasher, walk_table};
use crate::{DeepSize, Role, Walker};

/// Buckets × entry, and the control bytes.
///
/// Exact for maps from which nothing was removed while they were nearly full. Otherwise the table may hold tombstones,
/// which hide capacity: then the size is a lower bound, mostly exact, and reported as such ([`Reason::Tombstones`]).
/// In the rare case that the tombstones happen to number exactly the difference to a smaller table, and all entries lie in
/// as small a part of the table, nothing shows that the bound is not met.
///
/// [`Reason::Tombstones`]: crate::Reason::Tombstones
impl<K: DeepSize, V: DeepSize, S> DeepSize for HashMap<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (flat_keys, flat_values) = (K::is_flat(), V::is_flat());
        walk_table::<(K, V), _, _>(
            walker,
            (self.capacity(), self.len()),
            flat_keys && flat_values,
            self.iter(),
            |(key, _)| key,
            |walker, index, (key, value)| {
                if !flat_keys {
                    walker.visit(|| Role::Key(index), key);
                }
                if !flat_values {
                    walker.visit(|| Role::Value(index), value);
                }
            },
        );
        if flat_keys {
            walker.flat_run::<K>(Role::Key(0), self.len());
        }
        if flat_values {
            walker.flat_run::<V>(Role::Value(0), self.len());
        }
        walk_hasher::<S>(walker);
    }
}
