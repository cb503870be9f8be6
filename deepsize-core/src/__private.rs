//! What derived impls refer to. Not part of the public interface.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::prefetch::{NextReads, merge};
use crate::{DeepSize, Walker};

pub use core::marker::Copy;
pub use core::primitive::{bool, usize};

/// The parts of a value. The derive names each part once, whatever is asked about it.
pub trait Parts {
    /// Shows the parts in order.
    fn visit_parts<V: Visitor>(&self, visitor: &mut V);
}

/// A question about the parts of a value. Each is a type of its own, so the compiler inlines it.
pub trait Visitor {
    /// The active variant of an enum.
    fn variant(&mut self, _name: &'static str) {}

    /// A field.
    fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &T);

    /// A field that owns nothing.
    fn flat_field<T: ?Sized>(&mut self, _name: &'static str, _value: &T) {}

    /// A field that a function reports.
    fn field_with<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    );

    /// The fields of a variant that a function reports.
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

/// `before`, and what the parts own.
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
    // A call would keep the sum in memory, and a list would be no loop. Debug builds keep it there anyway, and compile one
    // function a type faster than one a field.
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

/// The first two addresses that the sum over the parts reads.
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

/// Finds out whether a field's type is flat, without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::is_flat()` would repeat the error that the field's own visit gives when the impl is missing,
/// and cannot be written for a field that may be unsized. Here both cases find the method of [`Unknown`] instead: method
/// lookup takes the inherent method only where its bounds hold.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// The type's own answer. The name is one that no trait in a user's scope is likely to have.
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

/// The answer of [`Probe`] where the type has no impl.
#[derive(Debug)]
pub struct Unknown;

impl Unknown {
    /// `false` is always right.
    #[inline]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
        false
    }
}

/// Counts what a field marked `borrowed` points to.
#[inline]
pub fn borrowed<P: Pointer + ?Sized>(pointer: &P, walker: &mut Walker<'_>) {
    pointer.walk_target(walker);
}

/// The type of a field marked `borrowed`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be marked `borrowed`",
    label = "not a reference, and does not implement `Deref`",
    note = "`borrowed` counts what a reference points to; without it, a field counts what it owns"
)]
pub trait Pointer {
    /// Counts what the pointer points to.
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

/// Fails to compile, with a message of our own, for a field that had to be `Copy` and is not.
///
/// A plain bound would report `String: Copy` where the field is a `ManuallyDrop<String>`. Method lookup as in [`Probe`]
/// leads such a type to the methods of [`NotCopy`], whose bounds nothing meets.
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
    /// Cannot be called.
    pub fn deep_size_packed_field(&self)
    where
        T: PackedField,
    {
    }

    /// Cannot be called.
    pub fn deep_size_union_field(&self)
    where
        T: UnionField,
    {
    }
}

/// Stands for `Copy` in messages about packed structs; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct must be `Copy` to be measured, and `{Self}` is not",
    label = "can be neither borrowed from a packed struct nor copied out of it",
    note = "leave the field out with `#[deep_size(skip)]`, or implement `DeepSize` for the struct by hand"
)]
pub trait PackedField {}

/// Stands for `Copy` in messages about unions; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a union must be `Copy`, so that it owns nothing, and `{Self}` is not",
    label = "may own memory, and nothing tells whether this field is the active one",
    note = "if it owns nothing, say so with `#[deep_size(skip)]`; otherwise implement `DeepSize` for the union by hand"
)]
pub trait UnionField {}
