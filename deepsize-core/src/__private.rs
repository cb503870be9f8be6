//! The interface of derived impls. Not part of the public API.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::derived::Visitor;
use crate::observer::Role;
use crate::prefetch::{NextReads, merge};
use crate::walker::Pointer;
use crate::{DeepSize, Walker};

pub use core::marker::Copy;
pub use core::ops::Fn;
pub use core::primitive::{bool, usize};

pub use crate::derived::{Closure, Copied};
pub use crate::type_info::TypeInfo;
pub use crate::visible::Visible;

/// The plans for fields with closures. Aliases, because messages of the compiler would name this module in place of `derived`.
pub type Captures = crate::derived::Captures;
pub type Each<Plan> = crate::derived::Each<Plan>;
pub type Entries<K, V> = crate::derived::Entries<K, V>;
pub type Impl = crate::derived::Impl;
pub type Nothing = crate::derived::Nothing;

/// The parts of a value. The derive names each part once, for all visitors.
pub trait Parts {
    /// Shows the parts in order.
    fn visit_parts<V: AnyVisitor>(&self, visitor: &mut V);
}

/// Each `Visitor`. Generated code cannot name that trait itself.
pub trait AnyVisitor: Visitor {}

impl<V: Visitor> AnyVisitor for V {}

/// Reports the parts to the walker.
impl Visitor for Walker<'_> {
    #[inline]
    fn active_variant(&mut self, name: &'static str) {
        self.variant(name);
    }

    #[inline]
    fn measured_field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.visit(Role::Field(name), value);
    }

    #[inline]
    fn unmeasured_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.flat_field(name, value);
    }

    #[inline]
    fn reference_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.flat_field(name, value);
        self.unread(Some(Pointer::Reference));
    }

    #[inline]
    fn pointer_field<T: ?Sized>(&mut self, name: &'static str, value: &T, is_set: bool) {
        self.flat_field(name, value);
        if is_set {
            self.unread(Some(Pointer::Raw));
        }
    }

    #[inline]
    fn unread_field<T>(&mut self) {
        self.unread(crate::impls::pointers_in::<T>());
    }

    #[inline]
    fn field_by_function<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.field_with(name, value, walk);
    }

    #[inline]
    fn whole_by_function(&mut self, walk: impl FnOnce(&mut Walker<'_>)) {
        walk(self);
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

impl Visitor for Sum<'_, '_> {
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

impl Visitor for Reads {
    #[inline]
    fn measured_field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &T) {
        self.0 = merge(self.0, value.__next_reads());
    }

    #[inline]
    fn field_by_function<T: ?Sized>(&mut self, _: &'static str, _: &T, _: impl FnOnce(&T, &mut Walker<'_>)) {}

    #[inline]
    fn whole_by_function(&mut self, _: impl FnOnce(&mut Walker<'_>)) {}
}

/// Computes whether a field's type is flat, without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::is_flat()` would repeat the error about a missing impl, and would not compile for a field that
/// may be unsized. In both cases, the bounds of this method do not hold, so method lookup finds the method of [`Unknown`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// `is_flat` of the type. No trait in a user's scope is likely to have a method of this name.
    #[inline(always)]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
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
