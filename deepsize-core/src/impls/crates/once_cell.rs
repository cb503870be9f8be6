//! `once_cell` 1: exact, except for the captures of an initialiser that has not run.

use once_cell::race::{OnceBool, OnceBox, OnceNonZeroUsize, OnceRef};
use once_cell::{sync, unsync};

use crate::{DeepSize, Reason, Walker};

/// Implements `DeepSize` and `Container` for the cells of a module.
macro_rules! cells {
    ($($module:ident)*) => {$(
        once! { $module::OnceCell }

        holder! {
            /// The value, if it is initialised. Measuring never forces the cell.
            ///
            /// An initialiser that has not run is opaque if it needs drop, and otherwise owns nothing.
            $module::Lazy<T, F> where [T, F: FnOnce() -> T] => |cell, walker, visit| {
                match $module::Lazy::get(cell) {
                    Some(value) => visit(value, walker),
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
