//! Known faults of other crates for measuring memory, tested on this one.

mod support;

use std::cell::RefCell;
use std::ffi::OsString;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use deep_size::{DeepSize, Tally};

use crate::support::{assert_exact, assert_flat};

/// Asserts that the value is exact, and owns `heap` bytes.
#[track_caller]
fn assert_heap<T: DeepSize>(heap: usize, build: impl Fn() -> T) {
    assert_exact(&build);
    assert_eq!(build().heap_size(), heap);
}

#[derive(DeepSize)]
struct Around<T> {
    field: T,
}

/// One peer counts 3,096 bytes for a vector of handles, and 1,048 for the same vector in a struct.
#[test]
fn a_value_is_the_same_alone_and_in_a_struct() {
    let text = Rc::new("x".repeat(1000));
    let handles = vec![text.clone(), text.clone(), text];
    let alone = handles.deep_size();
    let around = Around { field: handles };
    assert_eq!(around.deep_size(), alone);
    assert_eq!(alone, 24 + 3 * 8 + (16 + 24) + 1000);
}

#[derive(DeepSize)]
struct Ring {
    next: RefCell<Option<Rc<Ring>>>,
    weight: [u8; 100],
}

#[test]
fn a_cycle_at_the_top_ends() {
    let ring = Rc::new(Ring { next: RefCell::default(), weight: [0; 100] });
    *ring.next.borrow_mut() = Some(ring.clone());
    assert_eq!(ring.weight.len(), 100);
    assert_eq!(ring.heap_size(), 16 + size_of::<Ring>());
    assert_eq!(ring.deep_size(), 8 + 16 + size_of::<Ring>());
    // The value is inside the block that it counts.
    assert_eq!((*ring).deep_size(), ring.heap_size());
    ring.next.take();
}

#[test]
fn spare_capacity_counts_in_every_string() {
    assert_heap(1000, || String::with_capacity(1000));
    assert_heap(1000, || OsString::with_capacity(1000));
    assert_heap(1000, || PathBuf::with_capacity(1000));
}

/// A guard has no impl, so the call reaches the guarded value.
#[test]
fn measuring_under_a_guard_works_and_measuring_its_owner_does_not_block() {
    let (mutex, lock, cell) =
        (Mutex::new(vec![0_u8; 100]), RwLock::new(vec![0_u8; 100]), RefCell::new(vec![0_u8; 100]));
    let guard = mutex.lock().expect("not poisoned");
    assert_eq!((guard.heap_size(), mutex.heap_size()), (100, 0));
    let guard = lock.write().expect("not poisoned");
    assert_eq!((guard.heap_size(), lock.heap_size()), (100, 0));
    let guard = cell.borrow_mut();
    assert_eq!((guard.heap_size(), cell.heap_size()), (100, 0));
}

#[test]
fn a_weak_handle_on_a_dead_value_holds_its_block() {
    let value = Rc::new([0_u8; 1000]);
    let weak = Rc::downgrade(&value);
    assert_eq!(weak.heap_size(), 0, "a living value is not owned by a weak handle");
    drop(value);
    assert_eq!(weak.heap_size(), 1016);
}

#[test]
fn fields_may_have_any_name() {
    #[derive(DeepSize)]
    enum Named {
        Fields { total: String, tracker: String, walker: String, this: String },
    }
    let text = || String::from("text");
    assert_heap(16, || Named::Fields { total: text(), tracker: text(), walker: text(), this: text() });
}

#[test]
fn structs_may_come_from_macros_and_have_any_parameters() {
    macro_rules! make {
        ($name:ident $field:ident) => {
            #[derive(DeepSize)]
            struct $name {
                $field: String,
            }
        };
    }
    make!(Made text);
    #[derive(DeepSize)]
    struct Unit<const N: usize>;
    #[derive(DeepSize)]
    struct Marked<A>(PhantomData<A>);
    #[derive(DeepSize)]
    struct Items<T: Iterator> {
        first: Option<T::Item>,
    }
    struct Unmeasurable;

    assert_heap(3, || Made { text: "abc".into() });
    assert_flat((Unit::<3>, Marked::<Unmeasurable>(PhantomData)));
    assert_heap(3, || Items::<std::vec::IntoIter<String>> { first: Some("abc".into()) });
}

#[test]
fn trait_objects_and_unsized_contents_are_measured() {
    trait Shape: DeepSize {}
    impl Shape for Vec<u8> {}

    assert_heap(24 + 100, || Box::new(vec![0_u8; 100]) as Box<dyn Shape>);
    assert_heap(16 + 24 + 100, || Arc::new(vec![0_u8; 100]) as Arc<dyn Shape>);
    assert_heap(16 + 8, || Arc::<str>::from("8 bytes."));
    assert_heap(16 + 24, || Arc::<[u64]>::from([1, 2, 3]));
}

/// The visited set can be created and extended by the caller.
#[test]
fn a_tally_counts_each_handle_once_across_values() {
    let text: Arc<str> = "shared by two values".into();
    let (first, second) = (Around { field: text.clone() }, Around { field: text });
    let mut tally = Tally::new();
    assert_eq!(tally.add(&first), 16 + 40);
    assert_eq!(tally.add(&second), 16);
}
