//! What `HashMap` and `HashSet` have in common.

use core::mem;

use crate::layout::{Span, Table};
use crate::{Reason, Walker};

/// Reports the table of a map with entries of type `T`, and passes its entries to `visit`, if they are not `flat`.
///
/// Entries are looked at if they may own something, or if where they lie tells more of the table than its capacity does.
pub(super) fn walk_table<'e, T, E: Copy, P: 'e>(
    walker: &mut Walker<'_>,
    (capacity, len): (usize, usize),
    is_flat: bool,
    entries: impl Iterator<Item = E>,
    place: impl Fn(E) -> &'e P,
    mut visit: impl FnMut(&mut Walker<'_>, usize, E),
) {
    let Some(mut table) = Table::with_capacity(capacity) else {
        return;
    };
    let mut span = Span::EMPTY;
    if !is_flat {
        walker.on_a_stack(|walker| {
            let mut index = 0;
            entries.for_each(|entry| {
                span.extend(place(entry));
                visit(walker, index, entry);
                index += 1;
            });
        });
    } else if table.may_be_larger() || walker.is_observed() {
        entries.for_each(|entry| span.extend(place(entry)));
    }
    table = table.spanning::<T>(span, capacity);
    if let Some(layout) = table.layout::<T>() {
        let spare = (table.buckets - len) * size_of::<T>();
        walker.allocation(span.address(), layout, layout.size() - spare);
    }
    if table.is_lower_bound {
        walker.opaque(Reason::Tombstones);
    }
}

/// Reports that the hasher's own memory is not known, if it may have any. Hashers need not implement `DeepSize`.
pub(super) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
