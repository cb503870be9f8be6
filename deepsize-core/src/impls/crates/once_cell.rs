//! `once_cell` 1: exact, except for the captures of an initialiser that has not run.

use once_cell::race::{OnceBool, OnceBox, OnceNonZeroUsize, OnceRef};
use once_cell::{sync, unsync};

use crate::{DeepSize, Reason, Walker};

/// Implements `DeepSize` for the cells of a module.
macro_rules! cells {
    ($($module:ident)*) => {$(
        /// The value, if it is initialised.
        impl<T: DeepSize> DeepSize for $module::OnceCell<T> {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if let Some(value) = self.get() {
                    walker.inner(value);
                }
            }

            #[inline]
            fn is_flat() -> bool {
                T::is_flat()
            }
        }

        /// The value, if it is initialised. Measuring never forces the cell.
        ///
        /// An initialiser that has not run is opaque if it needs drop, and otherwise owns nothing.
        impl<T: DeepSize, F: FnOnce() -> T> DeepSize for $module::Lazy<T, F> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                match $module::Lazy::get(self) {
                    Some(value) => walker.inner(value),
                    None if core::mem::needs_drop::<F>() => walker.opaque(Reason::TypeErased),
                    None => {}
                }
            }
        }
    )*};
}

cells! { sync unsync }

/// The box, if it is initialised.
impl<T: DeepSize> DeepSize for OnceBox<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self.get() {
            walker.pointee(value);
        }
    }
}

flat! {
    OnceBool, OnceNonZeroUsize,
    /// Borrows its value.
    OnceRef<'_, T> where [T],
}
