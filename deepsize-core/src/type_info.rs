use core::{any, mem};

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
    pub fn derived<T: ?Sized>() -> Self {
        Self::of::<T>(ImplKind::Derived)
    }

    /// A type that a hand-written impl or a function reports.
    #[inline(always)]
    #[must_use]
    pub fn manual<T: ?Sized>() -> Self {
        Self::of::<T>(ImplKind::Manual)
    }

    #[inline(always)]
    fn of<T: ?Sized>(impl_kind: ImplKind) -> Self {
        Self { name: any::type_name::<T>(), impl_kind, needs_drop: mem::needs_drop::<T>() }
    }
}
