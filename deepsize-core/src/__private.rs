//! Support for derived impls. Not part of the public interface.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::prefetch::{NextReads, merge};
use crate::{DeepSize, Walker};

pub use core::marker::Copy;
pub use core::primitive::{bool, usize};

/// The parts of a value. A derived impl names each part once, for all visitors.
pub trait Parts {
    /// Passes each part to the visitor, in order.
    fn visit_parts<V: Visitor>(&self, visitor: &mut V);
}

/// A computation over the parts of a value. Each has its own type, so the compiler can inline it.
pub trait Visitor {
    /// The active variant of an enum.
    fn variant(&mut self, _name: &'static str) {}

    /// A field.
    fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &T);

    /// A field that owns nothing.
    fn flat_field<T: ?Sized>(&mut self, _name: &'static str, _value: &T) {}

    /// A field with a function that reports its memory.
    fn field_with<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    );

    /// A variant with a function that reports all its fields.
    fn with(&mut self, walk: impl FnOnce(&mut Walker<'_>));
}

/// Reports the parts to the walker.
impl Visitor for Walker<'_> {
    #[inline]
    fn variant(&mut self, name: &'static str) {
        self.variant(name);
    }

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.field(name, value);
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.flat_field(name, value);
    }

    #[inline]
    fn field_with<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.field_with(name, value, walk);
    }

    #[inline]
    fn with(&mut self, walk: impl FnOnce(&mut Walker<'_>)) {
        walk(self);
    }
}

/// Adds the heap sizes of the parts to `before`.
#[inline]
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
    // A call would keep the sum in memory, and the compiler could not turn the recursion over a list into a loop. Debug
    // builds keep the sum in memory anyway, and compile faster with one function per type.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &T) {
        self.bytes = value.__sum(self.bytes, self.walker);
    }

    #[inline]
    fn field_with<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.walker.field_with(name, value, walk);
    }

    #[inline]
    fn with(&mut self, walk: impl FnOnce(&mut Walker<'_>)) {
        walk(self.walker);
    }
}

/// The first two addresses outside the value that the sum over its parts reads.
#[inline]
pub fn next_reads<T: Parts + ?Sized>(value: &T) -> NextReads {
    let mut reads = Reads([0; 2]);
    value.visit_parts(&mut reads);
    reads.0
}

struct Reads(NextReads);

impl Visitor for Reads {
    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &T) {
        self.0 = merge(self.0, value.__next_reads());
    }

    #[inline]
    fn field_with<T: ?Sized>(&mut self, _: &'static str, _: &T, _: impl FnOnce(&T, &mut Walker<'_>)) {}

    #[inline]
    fn with(&mut self, _: impl FnOnce(&mut Walker<'_>)) {}
}

/// Detects whether a field's type is flat, without requiring that it implements [`DeepSize`].
///
/// If the impl is missing, a plain `<T as DeepSize>::is_flat()` would repeat the error of the field's visit. It also does not
/// compile for a field that may be unsized. In both cases, method lookup finds the method of [`Unknown`] instead, because it
/// takes the inherent method only where its bounds hold.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// `T::is_flat()`. The long name is unlikely to collide with a trait in a user's scope.
    #[inline]
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

/// The target of [`Probe`]'s `Deref`, for types without an impl.
#[derive(Debug)]
pub struct Unknown;

impl Unknown {
    /// `false`, which is always correct.
    #[inline]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
        false
    }
}

/// Counts the target of a field marked `borrowed`.
#[inline]
pub fn borrowed<P: Pointer + ?Sized>(pointer: &P, walker: &mut Walker<'_>) {
    pointer.walk_target(walker);
}

/// The type of a field marked `borrowed`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be marked `borrowed`",
    label = "not a reference, and does not implement `Deref`",
    note = "`borrowed` counts the target of a reference; a field without it counts the memory it owns"
)]
pub trait Pointer {
    /// Counts the target of the pointer.
    fn walk_target(&self, walker: &mut Walker<'_>);
}

impl<P> Pointer for P
where
    P: Deref + ?Sized,
    P::Target: DeepSize,
{
    #[inline]
    fn walk_target(&self, walker: &mut Walker<'_>) {
        walker.borrowed(&**self);
    }
}

/// Fails to compile, with a custom message, for a field that must be `Copy` and is not.
///
/// A plain bound would report `String: Copy` where the field is a `ManuallyDrop<String>`. As in [`Probe`], method lookup for
/// such a type finds the methods of [`NotCopy`]. No type meets their bounds.
#[derive(Debug)]
pub struct Copied<T>(NotCopy<T>);

impl<T> Copied<T> {
    /// The only value.
    pub const NEW: Self = Self(NotCopy(PhantomData));
}

impl<T: Copy> Copied<T> {
    /// The field can be copied out of a packed struct.
    #[inline]
    pub fn deep_size_packed_field(&self) {}

    /// The field of a union owns nothing.
    #[inline]
    pub fn deep_size_union_field(&self) {}
}

impl<T> Deref for Copied<T> {
    type Target = NotCopy<T>;

    #[inline]
    fn deref(&self) -> &NotCopy<T> {
        &self.0
    }
}

/// Has the methods of [`Copied`] for a type that is not `Copy`.
#[derive(Debug)]
pub struct NotCopy<T>(PhantomData<T>);

impl<T> NotCopy<T> {
    /// Cannot be called, because no type implements [`PackedField`].
    pub fn deep_size_packed_field(&self)
    where
        T: PackedField,
    {
    }

    /// Cannot be called, because no type implements [`UnionField`].
    pub fn deep_size_union_field(&self)
    where
        T: UnionField,
    {
    }
}

/// Stands for `Copy` in messages about packed structs; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct must be `Copy` to be measured, and `{Self}` is not",
    label = "cannot be borrowed from a packed struct or copied out of it",
    note = "add `#[deep_size(skip)]` to the field, or implement `DeepSize` for the struct by hand"
)]
pub trait PackedField {}

/// Stands for `Copy` in messages about unions; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a union must be `Copy`, so that it owns nothing, and `{Self}` is not",
    label = "may own memory, and the active field of a union is unknown",
    note = "if it owns nothing, add `#[deep_size(skip)]`; otherwise implement `DeepSize` for the union by hand"
)]
pub trait UnionField {}
