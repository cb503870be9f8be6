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
}

once! { OnceCell }

lazy! { LazyCell }
