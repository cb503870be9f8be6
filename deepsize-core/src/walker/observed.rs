//! What happens only under observation.
//!
//! It stands in functions of its own, so that the frames of a plain walk stay small: a long list has ten million of them on
//! the stack.

use core::any;

use super::Walker;
use crate::{Allocation, DeepSize, FlatRun, Meeting, Node, Role};

impl<'w> Walker<'w> {
    #[inline(never)]
    pub(super) fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        let node = node(role(), value.type_name(), value);
        value.walk_owned(self.enter(&node).walker);
    }

    #[inline(never)]
    pub(super) fn walk_observed<T, F>(&mut self, name: &'static str, value: &T, walk: F)
    where
        T: ?Sized,
        F: FnOnce(&T, &mut Walker<'_>),
    {
        let node = node(Role::Field(name), any::type_name::<T>(), value);
        walk(value, self.enter(&node).walker);
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
            observer.flat(&FlatRun { role, type_name: any::type_name::<T>(), count, bytes });
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
        if let Some(observer) = &mut self.observer {
            observer.shared(meeting);
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
