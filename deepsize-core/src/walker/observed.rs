//! The observed walk, which reports each value to the observer. Near the root, a plain walk uses it too.

use super::Walker;
use super::flat_run::FlatValues;
use crate::DeepSize;
use crate::observer::{Node, Role};
use crate::prefetch::Ahead;
use crate::type_info::TypeInfo;

impl<'w> Walker<'w> {
    // Out of line, so that the frames of a plain walk stay small.
    #[inline(never)]
    pub(super) fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.is_in_flat_run {
            return value.walk_owned(self);
        }
        let node = node(role, value.__type_info(), value);
        if let Some(entered) = self.enter(&node) {
            value.walk_owned(entered.0);
        }
    }

    #[inline(never)]
    pub(super) fn observe_slice<T: DeepSize>(&mut self, elements: &[T]) {
        if T::is_flat() {
            if self.wants_content {
                T::__sum_slice(elements, 0, self);
            }
            return self.emit_flat_run(Role::Element(0), &FlatValues::of(elements));
        }
        if self.state.stack.is_low() {
            return self.on_fresh_stack(&mut |walker| walker.observe_slice(elements));
        }
        let is_near_root = self.state.is_near_root(range(elements));
        if is_near_root {
            self.state.surround_root(range(elements));
        }
        let mut ahead = Ahead::of(elements);
        #[expect(clippy::needless_range_loop, reason = "an iterator adds code for each type to debug builds")]
        for index in 0..elements.len() {
            ahead.advance();
            self.visit_observed(Role::Element(index), &elements[index]);
        }
        if is_near_root {
            self.leave_near_root();
        }
    }

    /// Reports that the walk enters a value, unless this is the root again. Dropping the result reports the exit.
    #[inline]
    pub(super) fn enter(&mut self, node: &Node) -> Option<Entered<'_, 'w>> {
        let value = (node.address, node.shallow_size);
        if self.state.is_near_root(value) && !self.enter_near_root(value) {
            return None;
        }
        if let Some(observer) = &mut self.observer {
            observer.enter(node);
        }
        Some(Entered(self))
    }

    /// Searches a value for the root. Returns `false` if it is the root or a part of it, which the walk does not enter again.
    #[cold]
    #[inline(never)]
    pub(super) fn enter_near_root(&mut self, value: (usize, usize)) -> bool {
        if self.state.is_in_root(value) {
            self.find_root();
            return false;
        }
        self.state.surround_root(value);
        true
    }

    /// Leaves a value that was searched for the root.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_near_root(&mut self) {
        if self.state.leave_root() {
            self.find_root();
        }
    }

    /// Reports, once, that a block contains the root.
    pub(super) fn find_root(&mut self) {
        if let (Some(size), Some(observer)) = (self.state.find_root(), &mut self.observer) {
            observer.contains_root(size);
        }
    }

    /// Reports the bytes of a text to an observer with `wants_content`.
    #[inline]
    pub(crate) fn emit_content(&mut self, bytes: &[u8]) {
        if let (Some(observer), true) = (&mut self.observer, self.wants_content) {
            observer.content(bytes);
        }
    }

    /// Walks over a secret, without reporting text to the observer.
    #[cfg(feature = "secrecy_0_10")]
    pub(crate) fn without_content(&mut self, walk: impl FnOnce(&mut Self)) {
        let wants_content = core::mem::replace(&mut self.wants_content, false);
        walk(self);
        self.wants_content = wants_content;
    }

    /// Reports the size of the last entered collection's blocks after `shrink_to_fit`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn emit_shrunk_size(&mut self, bytes: impl FnOnce() -> usize) {
        if let Some(observer) = &mut self.observer {
            observer.shrunk_size(bytes());
        }
    }

    /// Reports the size of the last entered B-tree's blocks after a rebuild from its entries.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn emit_rebuilt_size(&mut self, bytes: impl FnOnce() -> usize) {
        if let Some(observer) = &mut self.observer {
            observer.rebuilt_size(bytes());
        }
    }
}

/// A walk inside an entered value. Dropping this reports the exit, also when an impl panics.
pub(super) struct Entered<'a, 'w>(pub(super) &'a mut Walker<'w>);

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        if self.0.state.is_around_root() {
            self.0.leave_near_root();
        }
        if let Some(observer) = &mut self.0.observer {
            observer.exit();
        }
    }
}

#[inline(always)]
pub(super) fn node<T: ?Sized>(role: Role, type_info: TypeInfo, value: &T) -> Node {
    let TypeInfo { name, impl_kind, needs_drop } = type_info;
    Node {
        role,
        type_name: name,
        shallow_size: size_of_val(value),
        alignment: align_of_val(value),
        address: core::ptr::from_ref(value).addr(),
        impl_kind,
        needs_drop,
    }
}

/// The address and the size of a value.
#[inline(always)]
pub(super) fn range<T: ?Sized>(value: &T) -> (usize, usize) {
    (core::ptr::from_ref(value).addr(), size_of_val(value))
}
