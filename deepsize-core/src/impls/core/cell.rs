use core::cell::{BorrowError, BorrowMutError, Cell, LazyCell, OnceCell, RefCell, UnsafeCell};

use crate::container::Container;
use crate::{DeepSize, Reason, Walker};

flat! { BorrowError, BorrowMutError }

unseen! {
    Cell:
    Cell<T> where [T: DeepSize] => T;
    UnsafeCell<T> where [T: DeepSize] => T;
}

impl<T> Container for Cell<T> {
    type Element = T;

    /// The contents of a `Cell` are not exposed.
    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, _: F) {
        walker.opaque(Reason::Cell);
    }
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
