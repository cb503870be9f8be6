//! What derived impls refer to. Not part of the public interface.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::{DeepSize, Walker};

pub use core::marker::{Copy, Sized};
pub use core::primitive::bool;

/// Asks whether a field's type is flat without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::is_flat()` would repeat the error that the field's own visit gives when the impl is missing,
/// and cannot be written for a field that may be unsized. Here both cases find the method of [`Unknown`] instead: method
/// lookup takes the inherent method only where its bounds hold.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The question.
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

/// What [`Probe`] answers for types of which nothing is known.
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
pub fn borrowed<P>(pointer: &P, walker: &mut Walker<'_>)
where
    P: Pointer + ?Sized,
    P::Target: DeepSize,
{
    walker.borrowed(&**pointer);
}

/// The type of a field marked `borrowed`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be marked `borrowed`",
    label = "not a reference, and does not implement `Deref`",
    note = "`borrowed` counts what a reference points to; without it, a field counts what it owns"
)]
pub trait Pointer: Deref {}

impl<P: Deref + ?Sized> Pointer for P {}

/// Fails to compile unless a packed struct's field can be measured.
#[inline]
pub fn packed_field<T: PackedField>() {}

/// The type of a measured field of a packed struct.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct must be `Copy` to be measured, and `{Self}` is not",
    label = "can be neither borrowed from a packed struct nor copied out of it",
    note = "leave the field out with `#[deep_size(skip)]`, or implement `DeepSize` for the struct by hand"
)]
pub trait PackedField: Copy {}

impl<T: Copy> PackedField for T {}

/// Fails to compile unless a union's field is sure to own nothing.
#[inline]
pub fn union_field<T: UnionField>() {}

/// The type of a field of a union.
#[diagnostic::on_unimplemented(
    message = "a field of a union must be `Copy`, so that it owns nothing, and `{Self}` is not",
    label = "may own memory, which nothing can measure without knowing that this field is the active one",
    note = "if the field owns nothing, say so with `#[deep_size(skip)]`; otherwise implement `DeepSize` for the union by hand"
)]
pub trait UnionField: Copy {}

impl<T: Copy> UnionField for T {}
