//! `once_cell` 1: exact, but for what the initialiser of a `Lazy` that was not looked at yet has captured.

use once_cell::race::{OnceBool, OnceBox, OnceNonZeroUsize, OnceRef};
use once_cell::{sync, unsync};

use crate::{DeepSize, Reason, Walker};

/// Implements `DeepSize` for the cells of a module.
macro_rules! cells {
    ($($module:ident)*) => {$(
        /// The value, if there is one yet.
        impl<T: DeepSize> DeepSize for $module::OnceCell<T> {
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

        /// The value, if there is one yet; the cell is never forced.
        ///
        /// An initialiser that has not run owns nothing unless it has something to drop, in which case it is opaque.
        impl<T: DeepSize, F: FnOnce() -> T> DeepSize for $module::Lazy<T, F> {
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

/// A box, if there is one yet.
impl<T: DeepSize> DeepSize for OnceBox<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self.get() {
            walker.pointee(value);
        }
    }
}

flat! {
    OnceBool, OnceNonZeroUsize,
    /// Borrows.
    OnceRef<'_, T> where [T],
}
