use std::rc::Rc;
use std::sync::Arc;

use arbitrary::Unstructured;
use arc_swap::{ArcSwap, ArcSwapAny, ArcSwapOption, IndependentArcSwap};
use deep_size::{DeepSize, Tally, inspect};

use crate::random::Random;
use crate::support::assert_exact;
use crate::trial::assert_family_exact;

impl<T: Random> Random for ArcSwap<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let swap = ArcSwap::from_pointee(T::random(source, depth));
        if bool::random(source, depth) {
            swap.store(T::random(source, depth).into());
        }
        swap
    }
}

impl<T: Random> Random for ArcSwapOption<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        ArcSwapOption::new(Option::random(source, depth).map(Arc::new))
    }
}

/// Creates the thread's node, which belongs to no value.
fn set_up() {
    drop(ArcSwap::from_pointee(1).load());
}

fn text() -> Arc<String> {
    Arc::new(String::from("text"))
}

#[test]
fn random_storages_are_exact() {
    set_up();
    assert_family_exact::<Vec<ArcSwap<Vec<String>>>>();
    assert_family_exact::<Vec<ArcSwapOption<(u8, String)>>>();
}

#[test]
fn other_storages_are_exact() {
    set_up();
    assert_exact(|| IndependentArcSwap::from_pointee(String::from("text")));
    assert_exact(|| ArcSwapAny::<_>::new(Rc::new(String::from("text"))));
    assert_exact(|| ArcSwapAny::<_>::new(Some(Rc::new(String::from("text")))));
    assert_exact(ArcSwapOption::<String>::empty);
}

#[test]
fn a_block_stored_twice_is_counted_once() {
    set_up();
    assert_exact(|| {
        let text = text();
        (
            vec![ArcSwap::new(text.clone()), ArcSwap::new(text.clone())],
            ArcSwapOption::new(Some(text.clone())),
            text,
        )
    });
    let swap = ArcSwap::new(text());
    let mut tally = Tally::new();
    assert_eq!(tally.add(&swap), 8 + 40 + 4);
    assert_eq!(tally.add(&swap.load_full()), 8);
}

#[test]
fn nested_storages_are_measured_at_any_depth() {
    /// Deeper than the number of guards that a thread can hold without changing counts.
    struct Node(Option<ArcSwap<Node>>);
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
            walker.field("0", &self.0);
        }
    }

    set_up();
    assert_exact(|| (0..100).fold(Node(None), |node, _| Node(Some(ArcSwap::from_pointee(node)))));
}

#[test]
fn measuring_leaves_the_count_alone() {
    set_up();
    let text = text();
    let swap = ArcSwap::new(text.clone());
    let _guard = swap.load();
    assert_eq!(swap.heap_size(), 44);
    assert_eq!(Arc::strong_count(&text), 2);
    let report = inspect(&swap);
    assert_eq!((report.exclusive_size(), report.external_size()), (8, 44), "one handle is outside the value");
}
