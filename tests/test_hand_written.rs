//! Hand-written impls: both walks find every reported block once.

mod support;

use std::alloc::Layout;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet, LinkedList, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use deep_size::{DeepSize, Observer, Reason, SharedBlock, Tally, Walker};

use crate::support::{Sum, assert_exact};

/// The number of heap blocks and bytes that both walks find.
#[track_caller]
fn blocks_of<T: DeepSize + ?Sized>(value: &T) -> (usize, usize) {
    let sum = Sum::of(value);
    let heap = value.heap_size();
    assert_eq!(sum.bytes, size_of_val(value) + heap, "both walks agree");
    (sum.blocks, heap)
}

/// Counts the opaque parts of a walk.
#[derive(Default)]
struct Opaque(usize);

impl Observer for Opaque {
    fn opaque(&mut self, _: Reason) {
        self.0 += 1;
    }
}

/// Reports its parts by a function, without a sum.
struct ByHand<T>(T, fn(&T, &mut Walker<'_>));

impl<T> DeepSize for ByHand<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        (self.1)(&self.0, walker);
    }
}

/// A chunk with elements that an impl can visit one by one.
#[derive(Clone)]
struct Chunk(Rc<[OnceCell<String>; 4]>);

impl Chunk {
    fn of(text: &str) -> Self {
        let chunk = Self(Rc::default());
        chunk.0[1].set(text.to_owned()).expect("the cell is empty");
        chunk
    }
}

impl DeepSize for Chunk {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let strings = self.0.iter().filter_map(OnceCell::get);
        walker.shared_with::<[String], _>(SharedBlock::of_rc(&self.0), 96, |walker| walker.elements(strings));
    }
}

#[test]
fn values_without_blocks_own_nothing() {
    assert_eq!(blocks_of(&7_u8), (0, 0));
    assert_eq!(blocks_of(&Vec::<String>::new()), (0, 0));
    assert_eq!(blocks_of(&vec![(); 9]), (0, 0));
    assert_eq!(blocks_of(&vec![Vec::<()>::new(), vec![(); 9], Vec::new()]), (1, 72));
    assert_eq!(blocks_of(&Box::new(())), (0, 0));
    assert_eq!(blocks_of("text"), (0, 0));
}

#[test]
fn fields_and_contents_are_counted() {
    let text = || "ten bytes!".to_owned();
    assert_exact(|| {
        ByHand((text(), vec![text(), String::new()]), |value, walker| {
            walker.field("0", &value.0);
            walker.field("1", &value.1);
        })
    });
    assert_exact(|| {
        ByHand(Some(vec![text()]), |value, walker| value.iter().for_each(|value| walker.inner(value)))
    });
    assert_exact(|| ByHand(Box::new((text(), 1_u8)), |value, walker| walker.pointee(&**value)));
    assert_exact(|| {
        ByHand(vec![text(); 9], |value, walker| {
            walker.field_with("0", value, |value, walker| {
                walker.variant("Some");
                walker.flat_field("nothing", &());
                walker.field("inner", value);
            });
        })
    });
}

#[test]
fn blocks_and_elements_are_counted() {
    let block = |value: &Vec<Box<[String]>>, walker: &mut Walker<'_>| {
        walker.allocation(
            value.as_ptr(),
            Layout::array::<Box<[String]>>(value.capacity()).unwrap(),
            size_of_val(&**value),
        );
        walker.allocation(std::ptr::null::<u8>(), Layout::new::<()>(), 0);
        walker.elements(value);
    };
    assert_exact(|| ByHand(vec![Box::from([String::from("one"), String::new()]), Box::default()], block));
    let leaves = |value: &Vec<String>, walker: &mut Walker<'_>| {
        walker.allocation(
            value.as_ptr(),
            Layout::array::<String>(value.capacity()).unwrap(),
            size_of_val(&**value),
        );
        walker.elements(value);
    };
    assert_exact(|| ByHand(vec![String::from("one"), String::new(), String::from("two")], leaves));
    let entries = |value: &Vec<(String, Vec<Box<u8>>)>, walker: &mut Walker<'_>| {
        walker.allocation(
            value.as_ptr(),
            Layout::array::<(String, Vec<Box<u8>>)>(value.capacity()).unwrap(),
            size_of_val(&**value),
        );
        walker.entries(value.iter().map(|(key, value)| (key, value)));
    };
    assert_exact(|| ByHand(vec![(String::from("one"), vec![Box::new(1), Box::new(2)])], entries));
}

#[test]
fn shared_blocks_are_counted_once() {
    assert_exact(|| {
        let chunk = Chunk::of("chunk");
        vec![chunk.clone(), Chunk::of("other"), chunk]
    });
    let dead = Rc::downgrade(&Rc::new([1_u64; 4]));
    assert_eq!(blocks_of(&[dead.clone(), dead.clone(), Weak::new()]), (1, 48));
    let (text, other) = (Arc::new("text".to_owned()), Arc::new("other".to_owned()));
    assert_eq!(blocks_of(&(text.clone(), other.clone(), text.clone())), (4, 2 * 40 + 4 + 5));
    assert_eq!(blocks_of(&vec![text.clone(), other, text]), (5, 24 + 2 * 40 + 4 + 5));
}

#[test]
fn borrowed_memory_is_counted_on_request() {
    let words = [String::from("once"), String::from("twice")];
    let twice = ByHand([&words[0], &words[1], &words[0]], |words, walker| {
        words.iter().for_each(|word| walker.borrowed(*word));
    });
    assert_eq!(blocks_of(&twice), (4, 2 * 24 + 4 + 5));
}

#[test]
fn cells_and_locks_are_counted_unless_held() {
    let list: LinkedList<_> = [RefCell::new(vec![String::from("one")]), RefCell::new(Vec::new())].into();
    assert_eq!(blocks_of(&list), (4, 2 * 48 + 24 + 3));
    let guards: Vec<_> = list.iter().map(RefCell::borrow_mut).collect();
    assert_eq!(blocks_of(&list), (2, 2 * 48));
    assert_eq!(Sum::of(&list).opaque, [Reason::Borrowed; 2]);
    drop(guards);
    assert_eq!(blocks_of(&Mutex::new(vec![Box::new(1_u8)])), (2, 9));
}

#[test]
fn a_tally_counts_each_shared_block_once() {
    let text: Arc<str> = "text".into();
    let entries = [vec![text.clone()], vec![text.clone(), text]];
    let mut tally = Tally::new();
    let added = [&entries[0], &entries[1], &entries[1]].map(|entry| tally.add(entry));
    assert_eq!(added, [24 + 16 + 24, 24 + 32, 24 + 32]);
    assert_eq!(tally.deep_size(), added.iter().sum::<usize>());
}

/// Panics during a walk while it is armed.
struct Trap<'t>(&'t Cell<bool>);

impl DeepSize for Trap<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Other("a trap"));
        assert!(!self.0.get(), "the trap is armed");
    }
}

#[test]
fn the_next_walk_of_a_tally_after_a_panic_is_complete() {
    let armed = Cell::new(true);
    let shared = Arc::new([1_u8; 16]);
    let value = (vec![String::from("one")], vec![Box::new(Trap(&armed))], shared.clone());
    let (mut tally, mut opaque) = (Tally::new(), Opaque::default());
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| tally.add_observed(&value, &mut opaque)));
    assert!(outcome.is_err());
    assert_eq!((tally.deep_size(), opaque.0), (0, 1), "opaque parts are reported during the walk");
    armed.set(false);
    assert_eq!(tally.add_observed(&value, &mut opaque), size_of_val(&value) + 24 + 3 + 8 + 8 + 32);
    assert_eq!(opaque.0, 2);
}

/// Large, with pointers in both directions, so that elements are prefetched.
#[test]
fn large_scattered_values_are_exact() {
    const COUNT: usize = 20_000;

    fn shuffled<T>(make: impl FnMut(usize) -> T) -> Vec<T> {
        let mut values: Vec<T> = (0..COUNT).map(make).collect();
        (0..COUNT).for_each(|place| values.swap(place, place * 7919 % COUNT));
        values
    }
    assert_exact(|| shuffled(|number| number.to_string()));
    assert_exact(|| shuffled(|number| vec![number; number % 5]));
    assert_exact(|| shuffled(|number| Box::new((number, vec![number.to_string()]))));
    assert_exact(|| shuffled(|number| Arc::new(number.to_string())));
    assert_exact(|| {
        let blocks = shuffled(|number| Arc::new(number.to_string()));
        let mut handles: Vec<_> = blocks.iter().cycle().take(3 * COUNT).cloned().collect();
        handles.dedup_by_key(|handle| handle.len());
        handles
    });
    assert_exact(|| shuffled(|number| (number.to_string(), ())).into_iter().collect::<BTreeMap<_, _>>());
    assert_exact(|| {
        shuffled(|number| (number, Some(Box::new(number)))).into_iter().collect::<HashMap<_, _>>()
    });
    assert_exact(|| shuffled(|number| number.to_string()).into_iter().collect::<HashSet<_>>());
    assert_exact(|| shuffled(|number| Some(number.to_string())).into_iter().collect::<VecDeque<_>>());
    assert_exact(|| {
        shuffled(|number| -> Box<dyn DeepSize> {
            match number % 3 {
                0 => Box::new(number.to_string()),
                1 => Box::new(()),
                _ => Box::new(vec![[number; 3]]),
            }
        })
    });
}

/// More than 16 MiB of nodes in random order.
#[test]
fn a_scattered_tree_is_exact() {
    #[derive(DeepSize)]
    struct Tree {
        left: Option<Box<Tree>>,
        right: RefCell<Option<Box<Tree>>>,
        text: String,
        _room: [u64; 64],
    }

    #[expect(clippy::vec_box, reason = "the order of the blocks must differ from the order of the tree")]
    fn link(nodes: &mut Vec<Box<Tree>>, count: usize) -> Option<Box<Tree>> {
        let mut node = if count == 0 { return None } else { nodes.pop()? };
        node.left = link(nodes, count / 2);
        node.right = RefCell::new(link(nodes, (count - 1) / 2));
        Some(node)
    }

    const COUNT: usize = 50_000;
    let make = |number: usize| Tree {
        left: None,
        right: RefCell::new(None),
        text: number.to_string(),
        _room: [0; 64],
    };
    let mut nodes: Vec<_> = (0..COUNT).map(|number| Box::new(make(number))).collect();
    (0..COUNT).for_each(|place| nodes.swap(place, place * 7919 % COUNT));
    let tree = link(&mut nodes, COUNT);
    let texts: usize = (0..COUNT).map(|number| number.to_string().capacity()).sum();
    assert_eq!(blocks_of(&tree), (2 * COUNT, COUNT * size_of::<Tree>() + texts));
}
