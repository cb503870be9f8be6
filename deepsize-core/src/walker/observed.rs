//! The observed walk, which reports each value to the observer. Near the root, a plain walk uses it too.

use super::Walker;
use super::last_part::LastPart;
#[cfg(feature = "alloc")]
use super::last_part::Part;
use crate::DeepSize;
use crate::observer::{FlatRun, Node, Reason, Role};
use crate::prefetch::Ahead;
use crate::type_info::TypeInfo;

impl<'w> Walker<'w> {
    // Out of line, so that the frames of a plain walk stay small.
    #[inline(never)]
    pub(super) fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        let type_info = value.__type_info();
        if self.is_in_sample && self.is_plain(&type_info) {
            self.emit_flat(|| FlatRun::one(role, value));
            return value.walk_owned(self);
        }
        if self.sums_leaves() && type_info.is_leaf {
            return self.sum_leaf(value);
        }
        if type_info.leaves_last {
            return self.visit_chain(role, value);
        }
        if self.is_in_flat_run {
            return value.walk_owned(self);
        }
        if let Some(entered) = self.enter(&node(role, type_info, value)) {
            value.walk_owned(entered.0);
        }
    }

    /// Whether an observed walk sums values without handles, because no observer receives the values in them.
    #[inline(always)]
    pub(crate) fn sums_leaves(&self) -> bool {
        !self.observer.has_values()
    }

    /// Adds the heap size of a value without handles.
    #[inline(always)]
    pub(crate) fn sum_leaf<T: DeepSize + ?Sized>(&mut self, value: &T) {
        let bytes = value.__sum(0, self);
        self.state.add(bytes);
    }

    /// Visits a value, then its last part, the last part of that, and so on.
    pub(super) fn visit_chain<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.state.stack.is_low() {
            return self.on_fresh_stack(&mut |walker| walker.visit_chain(role, value));
        }
        let mut chain = Chain::new(self);
        let last = chain.visit(role, value, false);
        chain.follow(last);
    }

    /// Whether the walk has recursed so often that saving stack matters more than the order of the parts.
    #[inline]
    pub(crate) fn is_deep(&self) -> bool {
        self.state.recursion_depth >= if cfg!(stack_switch) { 1000 } else { 4 }
    }

    /// Visits a part that an impl left to the walk.
    #[inline]
    pub(crate) fn visit_part(&mut self, part: LastPart<'_>) {
        if let Some(part) = part {
            self.on_stack((), |walker| {
                let mut chain = Chain::new(walker);
                let last = part.visit(false, &mut chain);
                chain.follow(last);
            });
        }
    }

    #[inline(never)]
    pub(super) fn observe_slice<T: DeepSize>(&mut self, elements: &[T]) {
        if T::is_flat() {
            if self.wants_content {
                T::__sum_slice(elements, 0, self);
            }
            return self.observe_flat_slice(elements);
        }
        if self.state.stack.is_low() {
            return self.on_fresh_stack(&mut |walker| walker.observe_slice(elements));
        }
        let is_near_root = self.state.is_near_root(range(elements));
        if is_near_root {
            self.state.surround_root(range(elements));
        }
        let mut ahead = Ahead::of(elements);
        for (index, element) in elements.iter().enumerate() {
            if self.is_stopped {
                self.opaque(Reason::Stopped);
                break;
            }
            ahead.advance();
            self.visit_observed(Role::Element(index), element);
        }
        if is_near_root {
            self.leave_near_root();
        }
    }

    /// Visits the elements of a slice. Returns the last one unvisited if the walk can visit it later.
    #[cfg(feature = "alloc")]
    pub(crate) fn slice_but_last<'e, T: DeepSize>(&mut self, elements: &'e [T]) -> LastPart<'e> {
        let is_plain = !self.is_observed() && !self.observer.has_blocks();
        if is_plain || T::is_flat() || self.state.is_near_root(range(elements)) {
            self.slice(elements);
            return None;
        }
        let (last, before) = elements.split_last()?;
        self.slice(before);
        Some(Part::new(Role::Element(before.len()), last))
    }

    /// Reports that the walk enters a value, unless this is the root again. Dropping the result reports the exit.
    #[inline]
    pub(super) fn enter(&mut self, node: &Node) -> Option<Entered<'_, 'w>> {
        if self.report_enter(node) { Some(Entered(self)) } else { None }
    }

    #[inline(always)]
    fn report_enter(&mut self, node: &Node) -> bool {
        if self.is_stopping() {
            self.opaque(Reason::Stopped);
            return false;
        }
        let value = (node.address, node.shallow_size);
        if self.state.is_near_root(value) && !self.enter_near_root(value) {
            return false;
        }
        if let Some(observer) = self.observer.values() {
            observer.enter(node);
        }
        true
    }

    /// Visits a value of a flat run that the observer requested. It cannot contain the root, which owns memory.
    pub(super) fn visit_sample<T: DeepSize>(&mut self, role: Role, value: &T) {
        /// Reports the exit, also when an impl panics.
        struct Sampled<'a, 'w>(&'a mut Walker<'w>, bool);

        impl Drop for Sampled<'_, '_> {
            fn drop(&mut self) {
                self.0.is_in_sample = self.1;
                if let Some(observer) = self.0.observer.values() {
                    observer.exit();
                }
            }
        }

        if let Some(observer) = self.observer.values() {
            observer.sample(&node(role, value.__type_info(), value));
            let was_in_sample = core::mem::replace(&mut self.is_in_sample, true);
            value.walk_owned(Sampled(self, was_in_sample).0);
        }
    }

    #[inline(always)]
    fn report_exit(&mut self) {
        if self.state.is_around_root() {
            self.leave_near_root();
        }
        if let Some(observer) = self.observer.values() {
            observer.exit();
        }
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
        if let Some(size) = self.state.find_root() {
            if let Some(observer) = self.observer.any() {
                observer.contains_root(size);
            }
        }
    }

    /// Reports the bytes of a text to an observer with `wants_content`.
    #[inline]
    pub(crate) fn emit_content(&mut self, bytes: &[u8]) {
        if let (Some(observer), true) = (self.observer.values(), self.wants_content) {
            observer.content(bytes);
        }
    }

    /// Reports an integer to an observer with `wants_content`.
    #[inline(always)]
    pub(crate) fn emit_integer(&mut self, value: impl FnOnce() -> i128) {
        if let (Some(observer), true) = (self.observer.values(), self.wants_content) {
            observer.integer(value());
        }
    }

    /// Whether the observer receives no events from inside a value.
    #[inline(always)]
    pub(super) fn is_plain(&self, type_info: &TypeInfo) -> bool {
        type_info.is_plain && !(type_info.is_integer && self.wants_content)
    }

    /// Walks over a secret, without reporting its content to the observer.
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
        if let Some(observer) = self.observer.values() {
            observer.shrunk_size(bytes());
        }
    }

    /// Reports the size of the last entered B-tree's blocks after a rebuild from its entries.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn emit_rebuilt_size(&mut self, bytes: impl FnOnce() -> usize) {
        if let Some(observer) = self.observer.values() {
            observer.rebuilt_size(bytes());
        }
    }
}

/// A walk inside an entered value. Dropping this reports the exit, also when an impl panics.
pub(super) struct Entered<'a, 'w>(pub(super) &'a mut Walker<'w>);

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        self.0.report_exit();
    }
}

/// A walk inside a chain of entered values, each the last part of the one before. Dropping this reports the exits.
pub(super) struct Chain<'a, 'w> {
    walker: &'a mut Walker<'w>,
    length: usize,
    /// The number of counted blocks among the parts, if the observer only receives blocks.
    blocks: usize,
}

impl<'a, 'w> Chain<'a, 'w> {
    #[inline(always)]
    fn new(walker: &'a mut Walker<'w>) -> Self {
        walker.state.recursion_depth += 1;
        Self { walker, length: 0, blocks: 0 }
    }

    /// Visits the last part of the innermost value, the last part of that, and so on.
    #[inline]
    fn follow(&mut self, mut last: LastPart<'_>) {
        while let Some(part) = last {
            last = part.visit(true, self);
        }
    }

    /// Visits a value, except for its last part.
    #[inline(always)]
    pub(super) fn visit<'v, T>(&mut self, role: Role, value: &'v T, is_last: bool) -> LastPart<'v>
    where
        T: DeepSize + ?Sized,
    {
        let walker = &mut *self.walker;
        if walker.observer.has_blocks() && role == Role::Shared {
            self.blocks += 1;
        }
        if !walker.is_observed() {
            let begins_chain = walker.observer.has_blocks() && value.__type_info().begins_chain();
            if begins_chain && !walker.state.root_begins_in(range(value)) {
                return value.__walk_but_last(walker);
            }
            walker.visit_element(role, value);
            return None;
        }
        if !walker.is_in_flat_run {
            // A value around the root may still report that it contains the root.
            let is_last = is_last && !walker.state.is_around_root();
            let node = Node { is_last, ..node(role, value.__type_info(), value) };
            if !walker.report_enter(&node) {
                return None;
            }
            self.length += 1;
        }
        value.__walk_but_last(walker)
    }
}

impl Drop for Chain<'_, '_> {
    fn drop(&mut self) {
        self.walker.state.recursion_depth -= 1;
        while let Some(length) = self.length.checked_sub(1) {
            self.length = length;
            self.walker.report_exit();
        }
        if self.blocks > 0 {
            self.walker.end_blocks(self.blocks);
        }
    }
}

#[inline(always)]
pub(super) fn node<T: ?Sized>(role: Role, type_info: TypeInfo, value: &T) -> Node {
    let TypeInfo { name, impl_kind, needs_drop, has_all_fields, variants, .. } = type_info;
    Node {
        role,
        type_name: name,
        shallow_size: size_of_val(value),
        alignment: align_of_val(value),
        address: core::ptr::from_ref(value).addr(),
        impl_kind,
        needs_drop,
        has_all_fields,
        variants,
        discriminant_size: type_info.discriminant_size,
        has_declared_order: type_info.has_declared_order,
        is_last: false,
    }
}

/// The address and the size of a value.
#[inline(always)]
pub(super) fn range<T: ?Sized>(value: &T) -> (usize, usize) {
    (core::ptr::from_ref(value).addr(), size_of_val(value))
}
