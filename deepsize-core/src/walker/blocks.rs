//! Blocks that a value owns alone, and shared blocks, which count once.

use core::alloc::Layout;
use core::ops::Range;

use super::Walker;
use crate::DeepSize;
use crate::observer::{Allocation, Handle, Reason, Role, SharedBlock, SharedEvent};
use crate::walk::NewRun;

impl Walker<'_> {
    /// Reports the block of an owning pointer's target.
    #[inline]
    pub(crate) fn report_target<T: ?Sized>(&mut self, value: &T) {
        self.allocation(value, Layout::for_value(value), size_of_val(value));
    }

    /// Reports a block without counting it, because its size is unknown or it may not exist.
    ///
    /// An observer can look up the address elsewhere. Pass null if an opaque part or a lower bound of the value lacks a block whose
    /// address is unknown.
    #[inline]
    pub(crate) fn uncounted_block<P: ?Sized>(&mut self, block: *const P) {
        if let Some(observer) = self.observer.values() {
            let block = memory(block.cast(), Layout::new::<()>(), 0);
            observer.allocation(&Allocation { block_count: 0, ..block });
        }
    }

    /// Reports a handle to a shared block, counts the block if it is new, and returns whether it was new.
    #[inline]
    pub(crate) fn visit_shared(&mut self, block: SharedBlock, handle: Handle) -> bool {
        let size = block.layout.size();
        let (address, counts) = (block.address, block.strong_count.zip(block.weak_count));
        let counted = size > 0 && self.is_first(address, counts, |walker| walker.record_elsewhere(address));
        if size > 0 {
            self.count_shared(&SharedEvent::new(block, handle, counted));
        }
        counted
    }

    /// Counts a shared block if it is new, and reports it.
    #[inline]
    pub(crate) fn count_shared(&mut self, event: &SharedEvent) {
        if self.observer.is_some() {
            self.emit_shared(event);
        }
        if event.counted {
            self.state.add(event.block.layout.size());
        }
    }

    /// Reports a handle that shows these addresses of a shared buffer. `slice` is a part of them.
    ///
    /// Counts the new addresses, visits the elements at them, and returns the number of counted bytes of the buffer.
    pub(crate) fn shared_part<T: DeepSize>(
        &mut self,
        shown: Range<usize>,
        slice: &[T],
        is_unique: bool,
    ) -> usize {
        self.state.follow_shared();
        let (strong_count, weak_count) = if is_unique { (Some(1), Some(0)) } else { (None, None) };
        let records = !(is_unique && self.state.visited.is_unique(1, 0));
        let (mut at, mut bytes) = (shown.start, 0);
        while at < shown.end {
            let rest = at..shown.end;
            let new = match records {
                true => self.state.visited.insert_part(rest),
                false => Some(NewRun { addresses: rest, extends: None, joins: None }),
            };
            let Some(NewRun { addresses: part, extends, joins }) = new else {
                self.opaque(Reason::Unrecorded);
                break;
            };
            let counted = !part.is_empty();
            if counted || at == shown.start {
                let Range { start, end } = if counted { part.clone() } else { shown.clone() };
                let layout = Layout::from_size_align(end - start, 1).unwrap_or(Layout::new::<()>());
                let block = SharedBlock { address: start, layout, strong_count, weak_count };
                let event = SharedEvent::new(block, Handle::Strong, counted);
                let is_same_handle = at != shown.start;
                let event = SharedEvent { extends, joins, is_same_handle, ..event };
                if let (false, Some((observer, _))) = (counted, self.observer.blocks()) {
                    observer.shared(&event);
                } else {
                    self.count_shared(&event);
                }
            }
            at = part.end;
            bytes += part.len();
            if counted {
                let index = |address: usize| address.saturating_sub(slice.as_ptr().addr());
                // If only a part of an element is new, a handle with another element type has shown the rest.
                let first = index(part.start).div_ceil(size_of::<T>().max(1));
                let end = (index(part.end) / size_of::<T>().max(1)).min(slice.len());
                let new = slice.get(first..end).unwrap_or_default();
                self.in_block(|walker| walker.descend_into(Role::Shared, new));
            }
        }
        bytes
    }

    /// Whether this is the first visit to a block with these strong and weak counts. Records the block, unless its handle is
    /// unique.
    ///
    /// If the visited set cannot record it, returns the result of `otherwise`.
    #[inline]
    pub(crate) fn is_first(
        &mut self,
        address: usize,
        counts: Option<(usize, usize)>,
        otherwise: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        self.state.follow_shared();
        counts.is_some_and(|(strong, weak)| self.state.visited.is_unique(strong, weak))
            || match self.state.visited.insert(address) {
                Some(is_new) => is_new,
                None => otherwise(self),
            }
    }

    /// Records an address and returns whether it is new. Without memory for it, the block is opaque and not counted.
    #[inline]
    pub(super) fn record(&mut self, address: usize) -> bool {
        self.is_first(address, None, |walker| walker.record_elsewhere(address))
    }

    /// Records an address in a walk with an observer of blocks, and returns whether it is new.
    #[cold]
    #[inline(never)]
    pub(crate) fn record_elsewhere(&mut self, address: usize) -> bool {
        let is_new = self.observer.blocks().and_then(|(observer, addresses)| {
            let is_new = addresses.insert(address)?;
            if !is_new {
                observer.known_handles(&[address]);
            }
            Some(is_new)
        });
        if is_new.is_none() {
            self.opaque(Reason::Unrecorded);
        }
        is_new.unwrap_or(false)
    }

    #[inline(never)]
    fn emit_shared(&mut self, event: &SharedEvent) {
        if let Some(observer) = self.next_event(event.counted) {
            observer.shared(event);
        }
    }

    /// Reports a block with room for `capacity` elements, the first `len` of them in use.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn buffer<T>(&mut self, first: *const T, capacity: usize, len: usize) {
        self.report_buffer(first.cast(), const { Layout::new::<T>() }, capacity, len);
    }

    /// Reports the block of a collection that has `shrink_to_fit`, and its size after that call.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn growable_buffer<T>(&mut self, first: *const T, capacity: usize, len: usize) {
        let element = const { Layout::new::<T>() };
        self.report_buffer(first.cast(), element, capacity, len);
        self.emit_shrunk_size(|| len * element.size());
    }

    // These functions are not generic, so they are compiled once.

    #[cfg(feature = "alloc")]
    #[inline]
    pub(super) fn report_buffer(&mut self, first: *const (), element: Layout, capacity: usize, len: usize) {
        if let Some(layout) = crate::layout::buffer_of(element, capacity) {
            self.report_allocation(first, layout, len * element.size());
        }
    }

    #[inline]
    pub(super) fn report_allocation(&mut self, block: *const (), layout: Layout, used: usize) {
        self.state.add(layout.size());
        if let (Some(observer), 1..) = (self.observer.values(), layout.size()) {
            observer.allocation(&memory(block, layout, used));
        }
    }
}

/// An allocation at this address, or without an address if `block` is null.
pub(super) fn memory(block: *const (), layout: Layout, used: usize) -> Allocation {
    let address = block.addr();
    Allocation { address: (address != 0).then_some(address), layout, used_size: used, block_count: 1 }
}
