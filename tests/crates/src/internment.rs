use deep_size::{DeepSize, Tally, inspect};
use internment::{ArcIntern, Intern};

use crate::support::live_bytes;

#[test]
fn the_last_handle_frees_the_measured_bytes() {
    /// Interns a value that has no other handle.
    fn assert_frees<T: DeepSize + Eq + std::hash::Hash + Send + Sync + 'static>(value: T) {
        let handle = ArcIntern::new(value);
        let measured = handle.heap_size();
        let before = live_bytes();
        drop(handle);
        assert_eq!(before - live_bytes(), measured as isize);
    }
    assert_frees(String::from("counted"));
    assert_frees(7_u8);
    assert_frees([7_u128; 3]);
    assert_frees((1_u8, vec![String::from("nested")]));
    assert_frees(());
}

#[test]
fn an_unsized_value_is_measured() {
    assert_eq!(ArcIntern::<str>::from("eleven char").heap_size(), 24);
    assert_eq!(Intern::<str>::from("eleven char").heap_size(), 11);
}

#[test]
fn handles_on_one_value_count_it_once() {
    let handles =
        vec![ArcIntern::new(String::from("one")), ArcIntern::from_ref("one"), ArcIntern::from_ref("other")];
    assert_eq!(handles.heap_size(), 3 * 8 + 2 * 32 + 3 + 5);
    let handles =
        vec![Intern::new(String::from("first")), Intern::from_ref("first"), Intern::from_ref("second")];
    assert_eq!(handles.heap_size(), 3 * 8 + 2 * 24 + 5 + 6);

    let mut tally = Tally::new();
    assert_eq!(tally.add(&handles[0]), 8 + 24 + 5);
    assert_eq!(tally.add(&handles[1]), 8);
    assert!(tally.is_exact());
}

#[test]
fn only_counted_values_are_freed_with_their_handles() {
    let forever = Intern::new(String::from("forever"));
    assert_eq!(inspect(&forever).external_size(), 24 + 7);
    let counted = ArcIntern::new(String::from("for now"));
    assert_eq!(inspect(&counted).exclusive_size(), 8 + 32 + 7);
    let other = counted.clone();
    assert_eq!(inspect(&counted).external_size(), 32 + 7);
    assert_eq!(other.refcount(), 2);
}

#[test]
fn a_zero_sized_value_has_no_block() {
    assert_eq!(Intern::new(()).heap_size(), 0);
}
