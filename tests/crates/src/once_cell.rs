use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use once_cell::race::{OnceBool, OnceBox, OnceNonZeroUsize, OnceRef};
use once_cell::{sync, unsync};

use crate::exact;
use crate::random::Random;
use crate::support::{assert_exact, assert_flat, assert_opaque};

/// Cells that may be empty.
macro_rules! cells {
    ($($type:ty)*) => {$(
        impl<T: Random> Random for $type {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let cell = Self::new();
                if bool::random(source, depth) {
                    assert!(cell.set(T::random(source, depth).into()).is_ok());
                }
                cell
            }
        }
    )*};
}

cells! { sync::OnceCell<T> unsync::OnceCell<T> OnceBox<T> }

exact! {
    sync_cells: Vec<sync::OnceCell<Vec<String>>>;
    unsync_cells: Vec<unsync::OnceCell<Vec<String>>>;
    boxes: Vec<OnceBox<(u8, String)>>;
}

fn text() -> String {
    String::from("text")
}

#[test]
fn cells_around_flat_values_are_flat() {
    assert_flat(sync::OnceCell::with_value(1));
    assert_flat(unsync::OnceCell::with_value(1));
    assert_flat(OnceBool::new());
    assert_flat(OnceNonZeroUsize::new());
    assert_flat(OnceRef::<String>::new());
}

#[test]
fn a_lazy_owns_its_value_once_initialised() {
    assert_exact(|| sync::Lazy::<String>::new(text));
    assert_exact(|| unsync::Lazy::<String>::new(text));
    assert_exact(|| {
        let lazy = sync::Lazy::<String>::new(text);
        sync::Lazy::force(&lazy);
        lazy
    });
    assert_exact(|| {
        let captured = text();
        let lazy = unsync::Lazy::new(move || captured);
        unsync::Lazy::force(&lazy);
        lazy
    });
}

#[test]
fn a_lazy_is_never_forced() {
    let lazy = sync::Lazy::<String>::new(|| panic!("forced"));
    assert_eq!(lazy.heap_size(), 0);
    let lazy = unsync::Lazy::<String>::new(|| panic!("forced"));
    assert_eq!(lazy.heap_size(), 0);
}

#[test]
fn the_captures_of_a_lazy_are_opaque() {
    let captured = text();
    assert_eq!(assert_opaque(Reason::TypeErased, || sync::Lazy::new(move || captured)), 0);
    let captured = text();
    assert_eq!(assert_opaque(Reason::TypeErased, || unsync::Lazy::new(move || captured)), 0);
}
