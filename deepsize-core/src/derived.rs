//! The requirements of derived impls on fields.
//!
//! These items appear in compiler errors about a derive. Users cannot import them, so the compiler does not suggest them.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::container::{Container, Map};
use crate::{DeepSize, Reason, Walker};

/// A question about the parts of a value. Each implementing type is inlined separately.
///
/// For an unknown method, the compiler suggests traits that have a method of that name. So no method here has the name of a
/// method of `Walker`.
pub trait Visitor<'v> {
    /// The active variant of an enum.
    fn active_variant(&mut self, _name: &'static str) {}

    /// A field that is measured by the impl of its type.
    fn measured_field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &'v T);

    /// A field that owns nothing.
    fn unmeasured_field<T: ?Sized>(&mut self, _name: &'static str, _value: &T) {}

    /// A field that is a reference, which is not followed.
    fn reference_field<T: ?Sized>(&mut self, _name: &'static str, _value: &T) {}

    /// A field that is a raw pointer, which is not followed. `is_set` is `false` for a null pointer.
    fn pointer_field<T: ?Sized>(&mut self, _name: &'static str, _value: &T, _is_set: bool) {}

    /// A field of a union, at this address.
    fn overlapping_field<T>(&mut self, _name: &'static str, _address: *const T) {}

    /// A field of a union, which cannot be read.
    fn unread_field<T>(&mut self, _field: Copied<T>) {}

    /// A field of a packed struct that owns nothing, at this address.
    fn unmeasured_packed_field<T>(&mut self, _name: &'static str, _address: *const T) {}

    /// A field of a packed struct that is a reference, which is not followed.
    fn packed_reference_field<T>(&mut self, _name: &'static str, _address: *const T) {}

    /// A field of a packed struct that is a raw pointer, which is not followed. `is_set` is `false` for a null pointer.
    fn packed_pointer_field<T>(&mut self, _name: &'static str, _address: *const T, _is_set: bool) {}

    /// A field marked `borrowed`.
    #[inline]
    fn borrowed_field<T: BorrowedField + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.field_by_function(name, value, T::walk_borrowed_target);
    }

    /// A field that a function reports.
    fn field_by_function<T: ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    );

    /// A field of a packed struct, measured by the impl of its type. A visitor calls `copy` only if the type may own memory.
    fn packed_field<T: DeepSize>(&mut self, name: &'static str, address: *const T, copy: impl FnOnce() -> T);

    /// A field of a packed struct that a function reports.
    fn packed_field_by_function<T>(
        &mut self,
        name: &'static str,
        copy: impl FnOnce() -> T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    );

    /// A value or variant that one function reports as a whole.
    fn whole_by_function(&mut self, walk: impl FnOnce(&mut Walker<'_>));
}

/// A type whose fields can be marked `borrowed`: a reference, or an `Option` of one.
///
/// Other `Deref` types are excluded, because a `String` or `Box` owns its target.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be marked `borrowed`",
    label = "not a reference, and not an `Option` of a reference",
    note = "`borrowed` counts the target of a reference, which the value does not own; remove it to measure the memory of the field",
    note = "for another type that borrows, write `with = |value, walker| walker.borrowed(&**value)`"
)]
pub trait BorrowedField {
    /// Counts the target.
    fn walk_borrowed_target(&self, walker: &mut Walker<'_>);
}

impl<T: DeepSize + ?Sized> BorrowedField for &T {
    #[inline]
    fn walk_borrowed_target(&self, walker: &mut Walker<'_>) {
        walker.borrowed(&**self);
    }
}

impl<T: DeepSize + ?Sized> BorrowedField for &mut T {
    #[inline]
    fn walk_borrowed_target(&self, walker: &mut Walker<'_>) {
        walker.borrowed(&**self);
    }
}

// Makes messages name `Option<Box<u8>>`, not `Box<u8>`.
#[diagnostic::do_not_recommend]
impl<P: BorrowedField> BorrowedField for Option<P> {
    #[inline]
    fn walk_borrowed_target(&self, walker: &mut Walker<'_>) {
        if let Some(pointer) = self {
            pointer.walk_borrowed_target(walker);
        }
    }
}

/// A type with closures inside. `Plan` states where they are. The derive composes it from the tokens of the type.
#[diagnostic::on_unimplemented(
    message = "the derive cannot measure `{Self}`, which is written with a closure or function pointer",
    label = "cannot be measured without an impl of `DeepSize`",
    note = "it finds closures in the containers of `with::each`, `with::map` and `with::tuple`, beside types that implement `DeepSize`; otherwise use `#[deep_size(with = path)]`"
)]
pub trait ClosureField<Plan> {
    /// Reports the memory, except the memory that closures own.
    fn walk_closures(&self, walker: &mut Walker<'_>);
}

/// The plan for a closure: opaque, unless it has no captures.
#[derive(Debug)]
pub struct Captures;

impl<T: ?Sized> ClosureField<Captures> for T {
    fn walk_closures(&self, walker: &mut Walker<'_>) {
        if size_of_val(self) > 0 {
            walker.opaque(Reason::TypeErased);
        }
    }
}

/// The plan for a function pointer, which owns nothing.
#[derive(Debug)]
pub struct Nothing;

impl<T: ?Sized> ClosureField<Nothing> for T {
    fn walk_closures(&self, _: &mut Walker<'_>) {}
}

/// The plan for a type without closures. Its impl measures it.
#[derive(Debug)]
pub struct Impl;

impl<T: DeepSize + ?Sized> ClosureField<Impl> for T {
    fn walk_closures(&self, walker: &mut Walker<'_>) {
        self.walk_owned(walker);
    }
}

/// The plan for a container, as for [`with::each`](crate::with::each).
#[derive(Debug)]
pub struct Each<Plan>(PhantomData<Plan>);

impl<T, Plan> ClosureField<Each<Plan>> for T
where
    T: Container<Element: ClosureField<Plan>> + ?Sized,
{
    fn walk_closures(&self, walker: &mut Walker<'_>) {
        self.walk_each(walker, ClosureField::<Plan>::walk_closures);
    }
}

/// The plan for a map, as for [`with::map`](crate::with::map).
#[derive(Debug)]
pub struct Entries<K, V>(PhantomData<(K, V)>);

impl<T, K, V> ClosureField<Entries<K, V>> for T
where
    T: Map<Key: ClosureField<K>, Value: ClosureField<V>>,
{
    fn walk_closures(&self, walker: &mut Walker<'_>) {
        self.walk_entries(walker, ClosureField::<K>::walk_closures, ClosureField::<V>::walk_closures);
    }
}

/// Measures a field whose type contains a closure or function pointer.
///
/// Each signature is a separate type, and no list of impls can cover all lifetimes. If `T: DeepSize`, method lookup finds the
/// method of this type, otherwise the method of `UnknownClosure`.
#[derive(Debug)]
pub struct Closure<T: ?Sized, Plan>(UnknownClosure<T, Plan>);

impl<T: ?Sized, Plan> Closure<T, Plan> {
    /// Infers the type of a field. A type may contain items, so generated code must not repeat its tokens.
    #[inline]
    #[must_use]
    pub fn of(_: *const T) -> Self {
        Self(UnknownClosure(PhantomData, PhantomData))
    }
}

impl<T: DeepSize + ?Sized, Plan> Closure<T, Plan> {
    /// Measures the field with the impl of its type.
    #[inline]
    pub fn deep_size_closure_field<'v, V: Visitor<'v>>(
        &self,
        visitor: &mut V,
        name: &'static str,
        value: &'v T,
    ) {
        visitor.measured_field(name, value);
    }

    /// Measures a field of a packed struct with the impl of its type.
    #[inline]
    pub fn deep_size_packed_closure_field<'v, V: Visitor<'v>>(
        &self,
        visitor: &mut V,
        name: &'static str,
        address: *const T,
        copy: impl FnOnce() -> T,
    ) where
        T: Sized,
    {
        visitor.packed_field(name, address, copy);
    }
}

impl<T: ?Sized, Plan> Deref for Closure<T, Plan> {
    type Target = UnknownClosure<T, Plan>;

    #[inline]
    fn deref(&self) -> &UnknownClosure<T, Plan> {
        &self.0
    }
}

/// The fallback of [`Closure`] for a type without an impl.
#[derive(Debug)]
pub struct UnknownClosure<T: ?Sized, Plan>(PhantomData<Plan>, PhantomData<*const T>);

impl<T: ?Sized, Plan> UnknownClosure<T, Plan> {
    /// Measures the field, except the memory that closures own.
    pub fn deep_size_closure_field<'v, V: Visitor<'v>>(&self, visitor: &mut V, name: &'static str, value: &T)
    where
        T: ClosureField<Plan>,
    {
        visitor.field_by_function(name, value, T::walk_closures);
    }

    /// Measures a field of a packed struct, except the memory that closures own.
    pub fn deep_size_packed_closure_field<'v, V: Visitor<'v>>(
        &self,
        visitor: &mut V,
        name: &'static str,
        _: *const T,
        copy: impl FnOnce() -> T,
    ) where
        T: ClosureField<Plan> + Sized,
    {
        visitor.packed_field_by_function(name, copy, T::walk_closures);
    }
}

/// Rejects a field that must be `Copy` and is not, with a message that names the field's type.
///
/// A plain bound would report `String: Copy` where the field is a `ManuallyDrop<String>`. Method lookup finds the
/// methods of this type only for `T: Copy`, and those of `NotCopy` otherwise.
#[derive(Debug)]
pub struct Copied<T>(NotCopy<T>);

impl<T> Copied<T> {
    /// The only value.
    pub const NEW: Self = Self(NotCopy(PhantomData));

    /// Infers the type of a field, as [`Closure::of`] does.
    #[inline]
    #[must_use]
    pub fn of(_: *const T) -> Self {
        Self::NEW
    }

    /// Infers the type of a union's field from a function that constructs the union.
    #[inline]
    #[must_use]
    pub fn of_union<U>(_: fn(T) -> U) -> Self {
        Self::NEW
    }
}

impl<T> Copied<T> {
    /// The address of the field at this offset. Safe code before Rust 1.92 cannot take the address of a union's field.
    #[inline]
    #[must_use]
    pub fn address<U>(&self, union: &U, offset: usize) -> *const T {
        core::ptr::from_ref(union).cast::<u8>().wrapping_add(offset).cast()
    }
}

impl<T: Copy> Copied<T> {
    /// The field can be copied out of a packed struct.
    #[inline]
    pub fn deep_size_packed_field(&self) {}

    /// The field of a union owns nothing.
    #[inline]
    #[must_use]
    pub fn deep_size_union_field(self) -> Self {
        self
    }
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
pub struct NotCopy<T>(PhantomData<*const T>);

impl<T> NotCopy<T> {
    /// Cannot be called.
    pub fn deep_size_packed_field(&self)
    where
        T: PackedField,
    {
    }

    /// Cannot be called.
    #[must_use]
    pub fn deep_size_union_field(&self) -> Copied<T>
    where
        T: UnionField,
    {
        Copied(Self(PhantomData))
    }
}

/// Replaces `Copy` in messages about packed structs; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct must be `Copy` to be measured, and `{Self}` is not",
    label = "cannot be borrowed from a packed struct or copied out of it",
    note = "leave the field out with `#[deep_size(skip)]`, or implement `DeepSize` for the struct by hand"
)]
pub trait PackedField {}

/// Replaces `Copy` in messages about unions; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a union must be `Copy`, so that it owns nothing, and `{Self}` is not",
    label = "may own memory, and the active field of a union is unknown",
    note = "if the field owns nothing, mark it `#[deep_size(skip)]`; otherwise implement `DeepSize` for the union by hand"
)]
pub trait UnionField {}
