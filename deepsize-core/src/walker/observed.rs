//! What happens only under observation.
//!
//! It stands in functions of its own, so that the frames of a plain walk stay small: a long list has ten million of them on
//! the stack.

use core::any;

use super::Walker;
#[cfg(feature = "alloc")]
use crate::scatter;
use crate::{Allocation, DeepSize, Detail, FlatRun, LeafRun, Meeting, Node, Role, Totals};

impl<'w> Walker<'w> {
    #[inline(never)]
    pub(super) fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        if self.detail == Detail::Blocks {
            self.visit_memory(value);
        } else if self.detail == Detail::Contents {
            // Nothing is told in one call.
            self.enter_with_texts(role(), value);
        } else {
            value.__walk_node(role(), self);
        }
    }

    /// As `walk_owned`, out of the way of observers that are told of values.
    #[inline(never)]
    fn visit_memory<T: DeepSize + ?Sized>(&mut self, value: &T) {
        value.walk_owned(self);
    }

    /// Adds up the blocks of a value, for an observer that asks for totals.
    #[inline(never)]
    pub(super) fn count<T: DeepSize + ?Sized>(&mut self, value: &T) {
        if let Some(mut walker) = self.counting_apart() {
            let Totals { blocks, bytes } = value.__count_onto(Totals::NONE, &mut walker);
            self.add(bytes);
            self.count_blocks(blocks);
        }
    }

    /// Tells of all blocks, at the end of a walk.
    pub(crate) fn tell_totals(&mut self) {
        if let (Some(observer), Detail::Totals) = (&mut self.observer, self.detail) {
            observer.totals(&Totals::new(self.course.blocks, self.course.bytes));
        }
    }

    /// Tells of a value, then of all it owns.
    #[inline]
    pub(crate) fn enter_and_walk<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        let node = node(role, value.type_name(), value);
        value.walk_owned(self.enter(&node).walker);
    }

    /// As `enter_and_walk`, out of the way of observers that do not ask for texts.
    #[cold]
    #[inline(never)]
    fn enter_with_texts<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        self.enter_and_walk(role, value);
    }

    /// Whether the observer asks for the bytes of texts.
    #[inline]
    pub(crate) fn wants_content(&self) -> bool {
        self.detail == Detail::Contents
    }

    /// Tells of the bytes of the text or byte string entered last.
    #[cold]
    #[inline(never)]
    pub(crate) fn content(&mut self, bytes: &[u8]) {
        if let Some(observer) = &mut self.observer {
            observer.content(bytes);
        }
    }

    /// Tells of the elements of the value entered last, if they are bytes and the observer asks for them.
    #[inline]
    pub(crate) fn tell_bytes<T: DeepSize>(&mut self, elements: &[T]) {
        if self.wants_content() {
            if let Some(bytes) = T::__slice_bytes(elements) {
                self.content(bytes);
            }
        }
    }

    /// Tells what the map or set entered last could do with.
    #[cfg(feature = "alloc")]
    #[cold]
    #[inline(never)]
    pub(crate) fn packed(&mut self, bytes: usize) {
        if let Some(observer) = &mut self.observer {
            if self.detail != Detail::Totals {
                observer.packed(bytes);
            }
        }
    }

    /// Tells of a value that owns at most this block, and of what is in it.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn leaf<T>(&mut self, role: Role, value: &T, block: &Allocation, contents: Option<FlatRun>) {
        let size = block.layout.size();
        self.add(size);
        let node = node(role, any::type_name::<T>(), value);
        if let Some(observer) = &mut self.observer {
            observer.leaf(&node, (size > 0).then_some(block), contents.as_ref());
        }
    }

    /// Tells of a value that owns nothing.
    #[inline]
    pub(crate) fn flat_leaf<T: ?Sized>(&mut self, role: Role, value: &T) {
        let node = node(role, any::type_name::<T>(), value);
        if let Some(observer) = &mut self.observer {
            observer.leaf(&node, None, None);
        }
    }

    /// Goes into the elements of a slice.
    pub(crate) fn slice<T: DeepSize>(&mut self, elements: &[T]) {
        #[cfg(feature = "alloc")]
        if scatter::is_scattered(elements) {
            return self.elements(scatter::ahead(elements));
        }
        self.elements(elements);
    }

    /// Begins a run, if the observer takes elements of this type as one.
    #[inline]
    pub(super) fn begin_run<T: DeepSize>(&self, role: Role) -> Option<LeafRun> {
        if matches!(self.detail, Detail::Values | Detail::Contents) {
            return None;
        }
        T::__leaf().map(|_| LeafRun {
            role,
            type_name: any::type_name::<T>(),
            count: 0,
            shallow: 0,
            blocks: 0,
            heap: 0,
            used: 0,
            largest: (0, 0),
            contents: None,
        })
    }

    /// Tells of a run that is complete.
    #[inline]
    pub(super) fn end_run<T: DeepSize>(&mut self, mut run: LeafRun) {
        if run.count == 0 {
            return;
        }
        self.add(run.heap);
        if self.detail == Detail::Totals {
            return self.count_blocks(run.blocks);
        }
        run.shallow = run.count * size_of::<T>();
        run.contents = T::__leaf().and_then(|leaf| leaf.contents(run.used));
        if let Some(observer) = &mut self.observer {
            observer.run(&run);
        }
    }

    #[inline(never)]
    pub(super) fn walk_observed<T, F>(&mut self, name: &'static str, value: &T, walk: F)
    where
        T: ?Sized,
        F: FnOnce(&T, &mut Walker<'_>),
    {
        if !self.detail.has_values() {
            return walk(value, self);
        }
        let node = node(Role::Field(name), any::type_name::<T>(), value);
        walk(value, self.enter(&node).walker);
    }

    /// Tells of so many bytes at this address as of one value, then of all that `walk` reports of it.
    #[inline(never)]
    pub(super) fn walk_contents<T: ?Sized>(
        &mut self,
        role: Role,
        address: usize,
        shallow: usize,
        walk: impl FnOnce(&mut Walker<'_>),
    ) {
        if !self.detail.has_values() {
            return walk(self);
        }
        let node = Node { role, type_name: any::type_name::<T>(), shallow, address };
        walk(self.enter(&node).walker);
    }

    /// Tells the observer of values that own nothing.
    #[inline]
    pub(super) fn flat_run<T>(&mut self, role: Role, count: usize) {
        if self.is_observed() && count > 0 {
            self.tell_flat::<T>(role, count, count * size_of::<T>());
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn tell_flat<T: ?Sized>(&mut self, role: Role, count: usize, bytes: usize) {
        if let Some(observer) = &mut self.observer {
            if self.detail.has_values() {
                observer.flat(&FlatRun { role, type_name: any::type_name::<T>(), count, bytes });
            }
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn tell_allocation(&mut self, allocation: &Allocation) {
        if let (Some(observer), 1..) = (&mut self.observer, allocation.layout.size()) {
            observer.allocation(allocation);
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn tell_shared(&mut self, meeting: &Meeting) {
        if self.detail == Detail::Totals {
            self.count_blocks(usize::from(meeting.counted));
        } else if let Some(observer) = &mut self.observer {
            observer.shared(meeting);
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn tell_borrowed(&mut self, memory: &Allocation, counted: bool) {
        if self.detail == Detail::Totals {
            self.count_blocks(usize::from(counted));
        } else if let Some(observer) = &mut self.observer {
            observer.borrowed(memory, counted);
        }
    }

    fn enter(&mut self, node: &Node) -> Entered<'_, 'w> {
        if let Some(observer) = &mut self.observer {
            observer.enter(node);
        }
        Entered { walker: self }
    }
}

/// A value that the observer was told of; dropping this tells it that the walk has left the value, also when an impl
/// panics.
struct Entered<'a, 'w> {
    walker: &'a mut Walker<'w>,
}

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        if let Some(observer) = &mut self.walker.observer {
            observer.exit();
        }
    }
}

fn node<T: ?Sized>(role: Role, type_name: &'static str, value: &T) -> Node {
    let address = core::ptr::from_ref(value).cast::<()>().addr();
    Node { role, type_name, shallow: size_of_val(value), address }
}

impl LeafRun {
    /// Takes one more value.
    #[inline]
    pub(super) fn add<T: DeepSize>(&mut self, value: &T) {
        let (size, used) = value.__leaf_bytes();
        if size > self.largest.1 {
            self.largest = (self.count, size);
        }
        self.count += 1;
        self.blocks += usize::from(size > 0);
        self.heap += size;
        self.used += used;
    }
}
