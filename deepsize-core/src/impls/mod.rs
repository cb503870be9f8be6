//! The impls, one file per module of the library a type comes from; they add no public names.

/// Implements `DeepSize` for types whose values can never own memory outside themselves.
macro_rules! flat {
    ($($(#[$attribute:meta])* $([$($generics:tt)*])? $type:ty),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            #[inline(always)]
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }
        }
    )*};
}

/// Implements `DeepSize` for unsized types whose values can never own memory outside themselves.
macro_rules! flat_unsized {
    ($($(#[$attribute:meta])* $type:ty),* $(,)?) => {$(
        $(#[$attribute])*
        impl crate::DeepSize for $type {
            #[inline(always)]
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}
        }
    )*};
}

/// Implements `DeepSize` for types that hold memory but do not show how much.
macro_rules! opaque {
    ($reason:ident: $($(#[$attribute:meta])* $([$($generics:tt)*])? $type:ty),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.opaque(crate::Reason::$reason);
            }
        }
    )*};
}

#[cfg(feature = "alloc")]
mod alloc;
mod core;
#[cfg(feature = "std")]
mod std;
