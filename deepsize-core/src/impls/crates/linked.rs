//! Hash maps that keep their entries in a list of boxed nodes, in `linked-hash-map` and `hashlink`.

use core::alloc::Layout;
use core::ptr;

use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::Table;
use crate::{DeepSize, Reason, Walker};

/// Reports a map with these entries: a `Node` per entry, another at the start of the list, and a table of `Slot`s.
///
/// A lower bound, because the table may be larger, and because removals keep nodes.
pub(super) fn walk_list<'e, Node, Slot, S, K, V, I>(
    walker: &mut Walker<'_>,
    table: Option<Table>,
    entries: impl Fn() -> I,
) where
    K: DeepSize + 'e,
    V: DeepSize + 'e,
    I: Iterator<Item = (&'e K, &'e V)>,
{
    let node = Layout::new::<Node>();
    let mut len = 0;
    for (key, value) in entries() {
        // A zero-sized value can be at the end of the block.
        let address = match (size_of::<K>(), size_of::<V>()) {
            (0, 0) => ptr::null(),
            (0, _) => ptr::from_ref(value).cast(),
            _ => ptr::from_ref(key).cast::<()>(),
        };
        walker.allocation(address, node, node.size());
        len += 1;
    }
    if len > 0 {
        walker.allocation(ptr::null::<()>(), node, node.size());
    }
    if let Some(table) = table {
        walk_block::<Slot>(walker, table, len, ptr::null());
    }
    walker.lower_bound(Reason::Hidden, None);
    walker.entries(entries());
    walk_hasher::<S>(walker);
}
