use core::cell::{BorrowError, BorrowMutError, Cell, LazyCell, OnceCell, RefCell, UnsafeCell};

use crate::{DeepSize, Reason};

flat! { BorrowError, BorrowMutError }

unseen! {
    Cell:
    Cell<T> where [T: DeepSize] => T;
    UnsafeCell<T> where [T: DeepSize] => T;
}

holder! {
    /// Opaque while mutably borrowed.
    RefCell<T> where [T: ?Sized] => |cell, walker, visit| match cell.try_borrow() {
        Ok(value) => visit(&value, walker),
        Err(_) => walker.opaque(Reason::Borrowed),
    }
}

once! { OnceCell }

lazy! { LazyCell }
