//! The interface of derived impls. Not part of the public API.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::derived::Visitor;
use crate::observer::{FlatRun, Role};
use crate::prefetch::{NextReads, merge};
use crate::walker::{Part, Pointer};
use crate::{DeepSize, Reason, Walker};

pub use core::ffi::c_int;
pub use core::marker::Copy;
pub use core::mem::{offset_of, size_of};
pub use core::ops::Fn;
pub use core::primitive::{bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize};

pub use crate::derived::{Closure, Copied};
pub use crate::type_info::TypeInfo;
pub use crate::walker::LastPart;

/// The plans for fields with closures. Aliases, because messages of the compiler would name this module in place of `derived`.
pub type Captures = crate::derived::Captures;
pub type Each<Plan> = crate::derived::Each<Plan>;
pub type Entries<K, V> = crate::derived::Entries<K, V>;
pub type Impl = crate::derived::Impl;
pub type Nothing = crate::derived::Nothing;

/// A function that is never called. Generated code imports it under the names of its variables, to shadow the user's items.
pub fn variable() {}

/// The parts of a value. The derive names each part once, for all visitors.
pub trait Parts {
    /// Shows the parts in order.
    fn visit_parts<'v, V: AnyVisitor<'v>>(&'v self, visitor: &mut V);
}

/// Each `Visitor`. Generated code cannot name that trait itself.
pub trait AnyVisitor<'v>: Visitor<'v> {}

impl<'v, V: Visitor<'v>> AnyVisitor<'v> for V {}

/// Reports the parts to the walker.
#[inline]
pub fn walk_owned<T: Parts + ?Sized>(value: &T, walker: &mut Walker<'_>) {
    let last = walk_but_last(value, walker);
    walker.visit_part(last);
}

/// Reports the parts to the walker, but returns the last part that may begin a chain of values.
#[inline]
pub fn walk_but_last<'v, T: Parts + ?Sized>(value: &'v T, walker: &mut Walker<'_>) -> LastPart<'v> {
    let mut visitor = ButLast { walker, last: None };
    value.visit_parts(&mut visitor);
    visitor.last
}

struct ButLast<'v, 'a, 'w> {
    walker: &'a mut Walker<'w>,
    last: LastPart<'v>,
}

impl ButLast<'_, '_, '_> {
    /// Visits the pending last part before the next field, so that parts are reported in order.
    ///
    /// Deep in the walk, it stays pending if the next field is a leaf. Saving stack matters more there, and no total depends on
    /// the order.
    #[inline]
    fn keep_order(&mut self, is_leaf: bool) {
        if self.last.is_some() && !(is_leaf && self.walker.is_deep()) {
            let before = self.last.take();
            self.walker.visit_part(before);
        }
    }
}

impl<'v> Visitor<'v> for ButLast<'v, '_, '_> {
    #[inline]
    fn active_variant(&mut self, name: &'static str) {
        self.walker.variant(name);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn measured_field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &'v T) {
        let type_info = value.__type_info();
        if type_info.is_leaf && self.walker.sums_leaves() {
            return self.walker.sum_leaf(value);
        }
        self.keep_order(type_info.is_leaf);
        if type_info.begins_chain() {
            self.last = Some(Part::new(Role::Field(name), value));
        } else {
            self.walker.visit(Role::Field(name), value);
        }
    }

    #[inline]
    fn unmeasured_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.keep_order(true);
        self.walker.flat_field(name, value);
    }

    #[inline]
    fn reference_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.keep_order(true);
        self.walker.flat_field(name, value);
        self.walker.unread(Some(Pointer::Reference));
    }

    #[inline]
    fn pointer_field<T: ?Sized>(&mut self, name: &'static str, value: &T, is_set: bool) {
        self.keep_order(true);
        self.walker.flat_field(name, value);
        if is_set {
            self.walker.unread(Some(Pointer::Raw));
        }
    }

    #[inline]
    fn overlapping_field<T>(&mut self, name: &'static str, address: *const T) {
        self.walker.union_field(&FlatRun::several(Role::Field(name), Some(address), 1));
    }

    #[inline]
    fn unread_field<T>(&mut self, _: Copied<T>) {
        self.walker.unread(crate::impls::pointers_in::<T>());
    }

    #[inline]
    fn unmeasured_packed_field<T>(&mut self, name: &'static str, address: *const T) {
        self.walker.emit_flat(|| FlatRun::several(Role::Field(name), Some(address), 1));
    }

    #[inline]
    fn packed_reference_field<T>(&mut self, name: &'static str, address: *const T) {
        self.unmeasured_packed_field(name, address);
        self.walker.unread(Some(Pointer::Reference));
    }

    #[inline]
    fn packed_pointer_field<T>(&mut self, name: &'static str, address: *const T, is_set: bool) {
        self.unmeasured_packed_field(name, address);
        if is_set {
            self.walker.unread(Some(Pointer::Raw));
        }
    }

    #[inline]
    fn field_by_function<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.keep_order(false);
        self.walker.field_with(name, value, walk);
    }

    #[inline]
    fn packed_field<T: DeepSize>(&mut self, name: &'static str, address: *const T, copy: impl FnOnce() -> T) {
        self.keep_order(false);
        packed_field(self.walker, name, address, copy);
    }

    #[inline]
    fn packed_field_by_function<T>(
        &mut self,
        name: &'static str,
        copy: impl FnOnce() -> T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.keep_order(false);
        with_copy(self.walker, copy, |value, walker| walker.field_with(name, value, walk));
    }

    #[inline]
    fn whole_by_function(&mut self, walk: impl FnOnce(&mut Walker<'_>)) {
        walk(self.walker);
    }
}

/// Visits a field of a packed struct. Copies it only if it may own memory.
#[inline]
fn packed_field<T: DeepSize>(
    walker: &mut Walker<'_>,
    name: &'static str,
    address: *const T,
    copy: impl FnOnce() -> T,
) {
    if T::is_flat() {
        walker.emit_flat(|| FlatRun::several(Role::Field(name), Some(address), 1));
        walker.unread(crate::impls::pointers_in::<T>());
    } else {
        with_copy(walker, copy, |value, walker| walker.visit(Role::Field(name), value));
    }
}

/// Copies a field of a packed struct to the stack, and calls `walk` with the copy.
///
/// A large copy needs a fresh stack. A copy that is too large for one is opaque.
fn with_copy<T>(walker: &mut Walker<'_>, copy: impl FnOnce() -> T, walk: impl FnOnce(&T, &mut Walker<'_>)) {
    // A debug build copies several times. A fresh stack has at least 768 KiB.
    const SMALL: usize = if cfg!(stack_switch) { 2 << 10 } else { 4 << 10 };
    const LARGE: usize = if cfg!(stack_switch) { 128 << 10 } else { SMALL };

    // Out of line, because the caller's frame would reserve space for the copy even if it is not made.
    #[inline(never)]
    fn walk_copy<T>(
        walker: &mut Walker<'_>,
        copy: impl FnOnce() -> T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        walk(&copy(), walker);
    }

    if size_of::<T>() <= SMALL {
        walker.on_stack((), |walker| walk_copy(walker, copy, walk));
    } else if size_of::<T>() <= LARGE {
        walker.walk_on_fresh_stack((), |walker| walk_copy(walker, copy, walk));
    } else {
        walker.opaque(Reason::Other("too large to be copied out of a packed struct"));
    }
}

/// `before` plus the bytes that the parts own.
#[inline(always)]
pub fn sum<T: Parts + ?Sized>(value: &T, before: usize, walker: &mut Walker<'_>) -> usize {
    let mut sum = Sum { bytes: before, walker };
    value.visit_parts(&mut sum);
    sum.bytes
}

struct Sum<'a, 'w> {
    bytes: usize,
    walker: &'a mut Walker<'w>,
}

impl Visitor<'_> for Sum<'_, '_> {
    // Without inlining, the sum is kept in memory, and the recursion over a list does not become a loop. Debug builds
    // keep it in memory anyway, and one function per type compiles faster than one per field.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn measured_field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &T) {
        self.bytes = value.__sum(self.bytes, self.walker);
    }

    #[inline]
    fn field_by_function<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.walker.field_with(name, value, walk);
    }

    #[inline]
    fn packed_field<T: DeepSize>(&mut self, name: &'static str, address: *const T, copy: impl FnOnce() -> T) {
        packed_field(self.walker, name, address, copy);
    }

    #[inline]
    fn packed_field_by_function<T>(
        &mut self,
        name: &'static str,
        copy: impl FnOnce() -> T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        with_copy(self.walker, copy, |value, walker| walker.field_with(name, value, walk));
    }

    #[inline]
    fn whole_by_function(&mut self, walk: impl FnOnce(&mut Walker<'_>)) {
        walk(self.walker);
    }
}

/// The first two addresses outside the value that the sum over its parts reads.
#[inline(always)]
pub fn next_reads<T: Parts + ?Sized>(value: &T) -> NextReads {
    let mut reads = Reads([0; 2]);
    value.visit_parts(&mut reads);
    reads.0
}

struct Reads(NextReads);

impl Visitor<'_> for Reads {
    #[inline]
    fn measured_field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &T) {
        self.0 = merge(self.0, value.__next_reads());
    }

    #[inline]
    fn field_by_function<T: ?Sized>(&mut self, _: &'static str, _: &T, _: impl FnOnce(&T, &mut Walker<'_>)) {}

    #[inline]
    fn packed_field<T: DeepSize>(&mut self, _: &'static str, _: *const T, _: impl FnOnce() -> T) {}

    #[inline]
    fn packed_field_by_function<T>(
        &mut self,
        _: &'static str,
        _: impl FnOnce() -> T,
        _: impl FnOnce(&T, &mut Walker<'_>),
    ) {
    }

    #[inline]
    fn whole_by_function(&mut self, _: impl FnOnce(&mut Walker<'_>)) {}
}

/// Computes whether a field's type is flat, without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::is_flat()` would repeat the error about a missing impl, and would not compile for a field that
/// may be unsized. In both cases, the bounds of this method do not hold, so method lookup finds the method of [`Unknown`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<*const T>);

impl<T: ?Sized> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// `is_flat` of the type. Takes `self`, so method lookup prefers it to a method of any trait in the user's scope.
    #[inline(always)]
    #[must_use]
    pub fn deep_size_is_flat(self) -> bool {
        T::is_flat()
    }
}

impl<T: ?Sized> Deref for Probe<T> {
    type Target = Unknown;

    #[inline]
    fn deref(&self) -> &Unknown {
        &self.0
    }
}

/// The target of [`Probe`] for a type without an impl.
#[derive(Debug)]
pub struct Unknown;

impl Unknown {
    /// `false` is always correct.
    #[inline]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
        false
    }
}
