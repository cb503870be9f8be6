//! `core::cell`, `ManuallyDrop` and `MaybeUninit`.

use std::cell::{Cell, LazyCell, OnceCell, RefCell, UnsafeCell};
use std::mem::{ManuallyDrop, MaybeUninit};

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::{lazies_show_their_value, text};

#[test]
fn a_cell_of_a_flat_type_is_flat() {
    assert_flat(Cell::new(1_u8));
    assert_flat(UnsafeCell::new([1_u8; 4]));
}

#[test]
fn a_cell_of_an_owning_type_is_opaque() {
    assert_eq!(assert_opaque(Reason::Cell, || Cell::new(text())), 0);
    assert_eq!(assert_opaque(Reason::Cell, || UnsafeCell::new(Some(text()))), 0);
}

#[test]
fn a_ref_cell_owns_its_value() {
    assert_exact(|| RefCell::new(text()));
    assert_exact(|| Box::new(RefCell::new([text(), text()])) as Box<RefCell<[String]>>);
}

#[test]
fn a_ref_cell_may_be_borrowed_while_it_is_measured() {
    let cell = RefCell::new(text());
    let borrowed = cell.borrow();
    assert_eq!(cell.heap_size(), 100);
    drop(borrowed);
}

#[test]
fn a_guard_can_be_dereferenced_and_measured() {
    let cell = RefCell::new(text());
    assert_eq!(cell.borrow().heap_size(), 100);
    assert_eq!(cell.borrow_mut().heap_size(), 100);
}

#[test]
fn a_ref_cell_that_is_mutably_borrowed_is_opaque() {
    assert_opaque(Reason::Borrowed, || {
        let cell = RefCell::new(text());
        std::mem::forget(cell.borrow_mut());
        cell
    });
}

#[test]
fn a_once_cell_owns_its_value_once_initialised() {
    assert_exact(OnceCell::<String>::new);
    assert_exact(|| OnceCell::from(text()));
    assert_flat(OnceCell::from(1));
}

#[test]
fn a_lazy_cell_owns_its_value_once_initialised() {
    if !lazies_show_their_value() {
        return;
    }
    assert_exact(|| LazyCell::<String>::new(text));
    assert_exact(|| {
        let lazy = LazyCell::<String>::new(text);
        assert_eq!(lazy.len(), 4);
        lazy
    });
}

#[test]
fn a_lazy_cell_is_never_forced() {
    let lazy = LazyCell::<String>::new(|| panic!("forced"));
    assert_eq!(lazy.heap_size(), 0);
}

#[test]
fn the_captures_of_a_lazy_cell_are_opaque() {
    if !lazies_show_their_value() {
        return;
    }
    let build = || {
        let captured = text();
        LazyCell::new(move || captured)
    };
    assert_eq!(assert_opaque(Reason::TypeErased, build), 0);
    let forced = build();
    assert_eq!(*forced, "text");
    assert_eq!(forced.heap_size(), 100);
}

#[test]
fn a_manually_drop_owns_its_value() {
    let mut value = ManuallyDrop::new(text());
    assert_eq!(value.heap_size(), 100);
    drop(std::mem::take(&mut *value));
    assert_eq!(value.heap_size(), 0);
    assert_flat(ManuallyDrop::new(1));
}

#[test]
fn a_maybe_uninit_is_opaque_unless_its_value_is_flat() {
    assert_flat(MaybeUninit::<u8>::uninit());
    assert_opaque(Reason::Uninit, MaybeUninit::<String>::uninit);
}
