use core::cell::{BorrowError, BorrowMutError, Cell, LazyCell, OnceCell, RefCell, UnsafeCell};

use crate::{DeepSize, Reason, Walker};

flat! { BorrowError, BorrowMutError }

unseen! {
    Cell:
    Cell<T> where [T: DeepSize] => T;
    UnsafeCell<T> where [T: DeepSize] => T;
}

/// Opaque while mutably borrowed.
impl<T: DeepSize + ?Sized> DeepSize for RefCell<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_borrow() {
            Ok(value) => walker.inner(&*value),
            Err(_) => walker.opaque(Reason::Borrowed),
        }
    }

    #[inline]
    fn sum_owned(&self, walker: &mut Walker<'_>) -> usize {
        if let Ok(value) = self.try_borrow() {
            return value.sum_owned(walker);
        }
        walker.opaque(Reason::Borrowed);
        0
    }
}

/// The value, if there is one yet.
impl<T: DeepSize> DeepSize for OnceCell<T> {
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
/// An initialiser that has not run owns nothing unless it has something to drop, in which case it is opaque. Before
/// Rust 1.94 no `LazyCell` can be looked into, and all are opaque.
impl<T: DeepSize, F> DeepSize for LazyCell<T, F> {
    #[cfg(lazy_get)]
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match LazyCell::get(self) {
            Some(value) => walker.inner(value),
            None if core::mem::needs_drop::<F>() => walker.opaque(Reason::TypeErased),
            None => {}
        }
    }

    #[cfg(not(lazy_get))]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
    }
}
