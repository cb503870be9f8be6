//! Observers that only count: what hand-written impls report is counted as any other observer is told, and once.

mod support;

use std::alloc::Layout;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet, LinkedList, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use deep_size::{DeepSize, Detail, Observer, Reason, SharedBlock, Tally, Totals, Walker, observe};

use crate::support::{Sum, assert_brief, assert_exact};

/// All that it was told.
#[derive(Debug, Default, PartialEq)]
struct Told {
    totals: Vec<(usize, usize)>,
    opaque: usize,
}

impl Observer for Told {
    fn detail(&self) -> Detail {
        Detail::Totals
    }

    fn totals(&mut self, totals: &Totals) {
        self.totals.push((totals.blocks, totals.bytes));
    }

    fn opaque(&mut self, _: Reason) {
        self.opaque += 1;
    }
}

/// The blocks and bytes of one walk.
#[track_caller]
fn totals_of<T: DeepSize + ?Sized>(value: &T) -> (usize, usize) {
    let mut told = Told::default();
    assert_eq!(observe(value, &mut told), value.deep_size());
    assert_brief(value, Detail::Totals, &Sum::of(value));
    let [totals] = told.totals[..] else { panic!("told once: {told:?}") };
    totals
}

/// Reports its parts by hand, and adds nothing up.
struct ByHand<T>(T, fn(&T, &mut Walker<'_>));

impl<T> DeepSize for ByHand<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        (self.1)(&self.0, walker);
    }
}

/// A chunk whose contents can be seen one by one.
#[derive(Clone)]
struct Chunk(Rc<[OnceCell<String>; 4]>);

impl Chunk {
    fn of(text: &str) -> Self {
        let chunk = Self(Rc::default());
        chunk.0[1].set(text.to_owned()).expect("it is empty");
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
fn nothing_is_told_as_nothing_and_once() {
    assert_eq!(totals_of(&7_u8), (0, 0));
    assert_eq!(totals_of(&Vec::<String>::new()), (0, 0));
    assert_eq!(totals_of(&vec![(); 9]), (0, 0));
    assert_eq!(totals_of(&vec![Vec::<()>::new(), vec![(); 9], Vec::new()]), (1, 72));
    assert_eq!(totals_of(&Box::new(())), (0, 0));
    assert_eq!(totals_of("text"), (0, 0));
}

#[test]
fn fields_and_contents_of_hand_written_impls() {
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
fn blocks_and_elements_of_hand_written_impls() {
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
    assert_eq!(totals_of(&[dead.clone(), dead.clone(), Weak::new()]), (1, 48));
    let (text, other) = (Arc::new("text".to_owned()), Arc::new("other".to_owned()));
    assert_eq!(totals_of(&(text.clone(), other.clone(), text.clone())), (4, 2 * 40 + 4 + 5));
    assert_eq!(totals_of(&vec![text.clone(), other, text]), (5, 24 + 2 * 40 + 4 + 5));
}

#[test]
fn memory_that_references_lead_to_is_counted_if_it_was_asked_for() {
    let words = [String::from("once"), String::from("twice")];
    let twice = ByHand([&words[0], &words[1], &words[0]], |words, walker| {
        words.iter().for_each(|word| walker.borrowed(*word));
    });
    assert_eq!(totals_of(&twice), (4, 2 * 24 + 4 + 5));
}

#[test]
fn cells_and_locks_and_what_is_held() {
    let list: LinkedList<_> = [RefCell::new(vec![String::from("one")]), RefCell::new(Vec::new())].into();
    assert_eq!(totals_of(&list), (4, 2 * 48 + 24 + 3));
    let guards: Vec<_> = list.iter().map(RefCell::borrow_mut).collect();
    assert_eq!(totals_of(&list), (2, 2 * 48));
    let mut told = Told::default();
    observe(&list, &mut told);
    assert_eq!(told, Told { totals: vec![(2, 2 * 48)], opaque: 2 });
    drop(guards);
    assert_eq!(totals_of(&Mutex::new(vec![Box::new(1_u8)])), (2, 9));
}

#[test]
fn a_tally_tells_each_walk_by_itself_and_each_shared_block_once() {
    let text: Arc<str> = "text".into();
    let entries = [vec![text.clone()], vec![text.clone(), text]];
    let (mut tally, mut told) = (Tally::new(), Told::default());
    for entry in &entries {
        tally.add_observed(entry, &mut told);
    }
    tally.add_observed(&entries[1], &mut told);
    assert_eq!(told.totals, [(2, 16 + 24), (1, 32), (1, 32)]);
    assert_eq!(tally.deep_size(), 3 * 24 + 16 + 24 + 32 + 32);
}

/// Panics when it is walked over, as long as it is armed.
struct Trap<'t>(&'t Cell<bool>);

impl DeepSize for Trap<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Other("a trap"));
        assert!(!self.0.get(), "the trap is armed");
    }
}

#[test]
fn after_a_panic_nothing_is_told_and_the_next_walk_is_whole() {
    let armed = Cell::new(true);
    let value = (vec![String::from("one")], vec![Box::new(Trap(&armed))], Arc::new([1_u8; 16]));
    let (mut tally, mut told) = (Tally::new(), Told::default());
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| tally.add_observed(&value, &mut told)));
    assert!(outcome.is_err());
    assert_eq!(told, Told { totals: vec![], opaque: 1 }, "what is opaque is told when it is met");
    armed.set(false);
    tally.add_observed(&value, &mut told);
    assert_eq!(told, Told { totals: vec![(5, 24 + 3 + 8 + 8 + 32)], opaque: 2 });
}

/// Large enough, and with pointers that lead to and fro, so that hops are put off and elements asked for ahead.
#[test]
fn large_values_whose_parts_lie_here_and_there() {
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

/// A tree of nodes of over 16 MiB in all, in no order, so that a walk puts off what is behind its boxes.
#[test]
fn a_tree_whose_nodes_are_put_off() {
    #[derive(DeepSize)]
    struct Tree {
        left: Option<Box<Tree>>,
        right: RefCell<Option<Box<Tree>>>,
        text: String,
        _room: [u64; 64],
    }

    #[expect(clippy::vec_box, reason = "the nodes get their blocks in another order than that of the tree")]
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
    assert_eq!(totals_of(&tree), (2 * COUNT, COUNT * size_of::<Tree>() + texts));
}
