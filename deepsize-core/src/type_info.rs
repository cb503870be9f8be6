use core::{any, mem};

use crate::DeepSize;
use crate::observer::ImplKind;

/// The facts about a value's concrete type that an observer receives.
#[derive(Clone, Copy, Debug)]
pub struct TypeInfo {
    /// The name of the type.
    pub name: &'static str,
    /// Who wrote the code that reports the value.
    pub impl_kind: ImplKind,
    /// Whether the type has a destructor.
    pub needs_drop: bool,
    /// Whether [`__walk_but_last`](crate::DeepSize::__walk_but_last) may return a part.
    pub leaves_last: bool,
    /// Whether the walk over the value reaches no handle and no borrowed memory, and does not recurse.
    pub is_leaf: bool,
    /// Whether the value owns nothing and has no parts.
    pub is_plain: bool,
    /// Whether the value is an integer of at least 16 bits.
    pub is_integer: bool,
    /// See [`Node::has_all_fields`](crate::observer::Node::has_all_fields).
    pub has_all_fields: bool,
    /// The names of the variants, if the type is an enum.
    pub variants: &'static [&'static str],
    /// The size of the discriminant in bytes, or 0 if the declaration does not determine it.
    pub discriminant_size: usize,
    /// Whether the type is a struct with `repr(C)`.
    pub has_declared_order: bool,
}

impl TypeInfo {
    /// A type that an impl of this crate reports.
    #[inline(always)]
    pub(crate) fn built_in<T: ?Sized>() -> Self {
        Self::of::<T>(ImplKind::BuiltIn)
    }

    /// A type that a derived impl reports.
    #[inline(always)]
    #[must_use]
    pub fn derived<T: ?Sized>(is_flat: bool) -> Self {
        // Values of an unsized type have different layouts.
        let has_all_fields = const { size_of::<*const T>() == size_of::<usize>() };
        let type_info = Self::of::<T>(ImplKind::Derived);
        Self { leaves_last: mem::needs_drop::<T>(), is_leaf: is_flat, has_all_fields, ..type_info }
    }

    /// Adds the variants of an enum and the size of its discriminant.
    #[inline(always)]
    #[must_use]
    pub fn with_variants(self, variants: &'static [&'static str], discriminant_size: usize) -> Self {
        Self { variants, discriminant_size, ..self }
    }

    /// Marks the fields as not reported.
    #[inline(always)]
    #[must_use]
    pub fn without_fields(self) -> Self {
        Self { has_all_fields: false, ..self }
    }

    /// Marks a struct with `repr(C)`.
    #[inline(always)]
    #[must_use]
    pub fn with_declared_order(self) -> Self {
        Self { has_declared_order: true, ..self }
    }

    /// A type that a hand-written impl or a function reports.
    #[inline(always)]
    #[must_use]
    pub fn manual<T: ?Sized>() -> Self {
        Self::of::<T>(ImplKind::Manual)
    }

    /// The facts about a value that leaves this part to the walk, if the part may begin a chain of values.
    #[inline(always)]
    pub(crate) fn leaving<Part: DeepSize + ?Sized>(self, part: Option<&Part>) -> Self {
        let is_sized = const { size_of::<&Part>() == size_of::<usize>() };
        let begins_chain =
            |part: &Part| if is_sized { part.__type_info().leaves_last } else { mem::needs_drop::<Part>() };
        let is_leaf = |part: &Part| is_sized && part.__type_info().is_leaf;
        Self { leaves_last: part.is_some_and(begins_chain), is_leaf: part.is_none_or(is_leaf), ..self }
    }

    /// Whether a walk visits the value in a loop with its last part.
    #[inline(always)]
    pub(crate) fn begins_chain(&self) -> bool {
        self.leaves_last && !self.is_leaf
    }

    /// The same facts with this value of [`is_leaf`](Self::is_leaf).
    #[inline(always)]
    pub(crate) fn leaf(self, is_leaf: bool) -> Self {
        Self { is_leaf, ..self }
    }

    /// The facts about a value with each field among its parts.
    #[inline(always)]
    pub(crate) fn with_all_fields(self, variants: &'static [&'static str]) -> Self {
        Self { has_all_fields: true, variants, ..self }
    }

    /// The facts about a value that owns nothing and has no parts.
    #[inline(always)]
    pub(crate) fn plain(self) -> Self {
        Self { is_leaf: true, is_plain: true, ..self }
    }

    /// The facts about an integer.
    #[inline(always)]
    pub(crate) fn integer(self) -> Self {
        Self { is_integer: true, ..self.plain() }
    }

    #[inline(always)]
    fn of<T: ?Sized>(impl_kind: ImplKind) -> Self {
        Self {
            name: any::type_name::<T>(),
            impl_kind,
            needs_drop: mem::needs_drop::<T>(),
            leaves_last: false,
            is_leaf: false,
            is_plain: false,
            is_integer: false,
            has_all_fields: false,
            variants: &[],
            discriminant_size: 0,
            has_declared_order: false,
        }
    }
}
