//! The interface of derived impls. Not part of the public API.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::derived::Visitor;
use crate::observer::Role;
use crate::prefetch::{NextReads, merge};
use crate::{DeepSize, Walker};

pub use core::marker::Copy;
pub use core::ops::Fn;
pub use core::primitive::{bool, u8, usize};

pub use crate::derived::{Closure, Copied};
pub use crate::type_info::TypeInfo;

/// A value may contain references, which the walk does not follow.
pub const REFERENCES: u8 = 1;

/// A value may contain raw pointers, which the walk does not follow. They may own their targets.
pub const RAW_POINTERS: u8 = 2;

/// The bits for references and raw pointers.
pub const POINTERS: u8 = REFERENCES | RAW_POINTERS;

/// A value may own memory outside itself.
pub const OWNED: u8 = 4;

/// The parts of a value. The derive names each part once, for all visitors.
pub trait Parts {
    /// `DeepSize::__contents`, also for an unsized type.
    fn contents() -> u8;

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
        self.unread(REFERENCES);
    }

    #[inline]
    fn pointer_field<T: ?Sized>(&mut self, name: &'static str, value: &T, is_set: bool) {
        self.flat_field(name, value);
        if is_set {
            self.unread(RAW_POINTERS);
        }
    }

    #[inline]
    fn unread_fields(&mut self, contents: u8) {
        self.unread(contents);
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

/// Computes the contents of a field's type, without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::__contents()` would repeat the error about a missing impl, and would not compile for a field that
/// may be unsized. In both cases, the bounds of this method do not hold, so method lookup finds the method of [`Unknown`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// `__contents` of the type. No trait in a user's scope is likely to have a method of this name.
    #[inline(always)]
    #[must_use]
    pub fn deep_size_contents(&self) -> u8 {
        T::__contents()
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
    /// `OWNED` is always correct.
    #[inline]
    #[must_use]
    pub fn deep_size_contents(&self) -> u8 {
        OWNED
    }
}
