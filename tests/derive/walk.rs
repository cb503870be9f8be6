//! Derived types in walks: shared, cyclic, erased and deep values.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use deep_size::{DeepSize, Tally};

use crate::support::{Sum, assert_exact};
use crate::trace::parts;

#[test]
fn a_shared_value_is_counted_once_across_fields() {
    #[derive(DeepSize)]
    struct Entry {
        key: Arc<str>,
        again: Arc<str>,
        shared: Rc<String>,
    }
    let (text, shared) = (Arc::<str>::from("sixteen letters!"), Rc::new(String::with_capacity(40)));
    let entry = || Entry { key: text.clone(), again: text.clone(), shared: shared.clone() };
    let entries = [entry(), entry()];

    let counts = 2 * size_of::<usize>();
    let once = (counts + 16) + (counts + size_of::<String>() + 40);
    assert_eq!(entries.heap_size(), once);
    assert_eq!(entries[0].heap_size(), once);

    let mut tally = Tally::new();
    assert_eq!(tally.add(&entries[0]), size_of::<Entry>() + once);
    assert_eq!(tally.add(&entries[1]), size_of::<Entry>());
}

#[test]
fn a_struct_adds_nothing_to_the_memory_of_its_only_field() {
    #[derive(DeepSize)]
    struct Names {
        names: Vec<Rc<String>>,
    }
    let name = Rc::new(String::with_capacity(10));
    let names = vec![name.clone(), name, Rc::new(String::with_capacity(20))];
    let alone = names.heap_size();

    assert_eq!(Names { names }.heap_size(), alone);
}

#[test]
fn a_cycle_of_handles_ends() {
    #[derive(DeepSize)]
    struct Node {
        name: String,
        next: RefCell<Option<Rc<Node>>>,
        back: RefCell<Weak<Node>>,
    }
    let node = |name: &str| {
        Rc::new(Node { name: name.to_owned(), next: RefCell::default(), back: RefCell::default() })
    };
    let (one, two) = (node("one"), node("two"));
    *one.next.borrow_mut() = Some(two.clone());
    *two.next.borrow_mut() = Some(one.clone());
    *two.back.borrow_mut() = Rc::downgrade(&one);

    let block = 2 * size_of::<usize>() + size_of::<Node>();
    assert_eq!(one.heap_size(), 2 * (block + 3));
    assert_eq!(parts(&*two), ["name", "next", "back"]);
    one.next.take();
}

#[test]
fn a_boxed_trait_object_is_measured_through_its_vtable() {
    trait Shape: DeepSize {}

    #[derive(DeepSize)]
    struct Polygon {
        corners: Vec<(f64, f64)>,
    }
    #[derive(DeepSize)]
    struct Dot;
    impl Shape for Polygon {}
    impl Shape for Dot {}

    #[derive(DeepSize)]
    struct Drawing {
        shapes: Vec<Box<dyn Shape>>,
    }
    let polygon = || Box::new(Polygon { corners: vec![(0.0, 0.0); 3] });
    let drawing = Drawing { shapes: vec![polygon(), Box::new(Dot)] };

    assert_eq!(drawing.heap_size(), 2 * size_of::<Box<dyn Shape>>() + size_of::<Polygon>() + 48);
    assert_exact(|| Drawing { shapes: vec![polygon(), Box::new(Dot)] });
}

#[test]
fn an_opaque_field_is_reported() {
    #[derive(DeepSize)]
    struct Held {
        name: String,
        value: Mutex<String>,
    }
    let held = Held { name: String::with_capacity(5), value: Mutex::new(String::with_capacity(7)) };
    assert_eq!(held.heap_size(), 5 + 7);

    let guard = held.value.lock();
    assert_eq!(held.heap_size(), 5);
    assert_eq!(Sum::of(&held).opaque, [deep_size::Reason::Locked]);
    drop(guard);
}

#[test]
fn a_list_of_a_million_nodes_is_measured() {
    #[derive(DeepSize)]
    struct Node {
        value: u64,
        next: Option<Box<Node>>,
    }
    let length = 1_000_000;
    let mut list = None;
    for value in 0..length {
        list = Some(Box::new(Node { value, next: list }));
    }
    assert_eq!(list.heap_size(), 1_000_000 * size_of::<Node>());

    // Dropped node by node, because the recursive drop of a long list overflows the stack.
    let mut sum = 0;
    while let Some(node) = list {
        sum += node.value;
        list = node.next;
    }
    assert_eq!(sum, length * (length - 1) / 2);
}
