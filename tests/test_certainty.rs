//! The certainty of sizes: silent shortfalls, cycles back to the value, and pointers that are not followed.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, HashMap};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::rc::{self, Rc};
use std::sync::atomic::AtomicPtr;
use std::sync::{Arc, Weak};

use deep_size::{DeepSize, Reason, Size, Walker, inspect};
use proptest::prelude::*;

use crate::support::report::checked_report;
use crate::support::{Sum, assert_exact, assert_flat, assert_opaque, live_bytes, random_cases};

mod support;

#[test]
fn a_value_that_may_be_uninitialised_is_opaque_unless_it_is_flat() {
    let text = || MaybeUninit::new(String::from("unseen"));
    // The texts are dropped explicitly, because `MaybeUninit` does not drop its value.
    struct Slots([MaybeUninit<String>; 2]);
    impl DeepSize for Slots {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.inner(&self.0);
        }
    }
    impl Drop for Slots {
        fn drop(&mut self) {
            for slot in &mut self.0 {
                // SAFETY: both slots are initialised, and nothing reads them again.
                unsafe { slot.assume_init_drop() };
            }
        }
    }
    assert_opaque(Reason::Uninit, || Slots([text(), text()]));
    assert_flat(MaybeUninit::<[u64; 4]>::uninit());
}

#[test]
fn pointers_are_counted_but_not_followed() {
    #[derive(DeepSize)]
    struct Node<'a> {
        name: &'a str,
        up: Cell<Option<&'a Node<'a>>>,
        raw: *const u8,
        unset: *mut u8,
        atomic: AtomicPtr<u8>,
        first: Option<NonNull<u8>>,
        level: Cell<u64>,
    }
    let name = String::from("name");
    let nodes: Vec<Node<'_>> = (0..3)
        .map(|_| Node {
            name: &name,
            up: Cell::new(None),
            raw: name.as_ptr(),
            unset: std::ptr::null_mut(),
            atomic: AtomicPtr::default(),
            first: NonNull::new(name.as_ptr().cast_mut()),
            level: Cell::new(0),
        })
        .collect();
    assert!(Node::is_flat());
    let report = checked_report(&nodes);
    assert!(report.is_exact());
    assert_eq!(report.unfollowed_pointer_count(), 3 * 4, "`name`, `up`, `raw` and `first`");
    assert!(report.to_string().contains("holds 12 references or raw pointers, not followed"), "{report}");

    let map = HashMap::from([(1, &name), (2, &name)]);
    assert_eq!(inspect(&map).unfollowed_pointer_count(), 2);
    assert_eq!(inspect(&vec![String::new()]).unfollowed_pointer_count(), 0);
}

#[test]
fn a_cell_of_a_type_that_owns_memory_is_opaque() {
    assert_opaque(Reason::Cell, || UnsafeCell::new(vec![1_u8]));
    assert_opaque(Reason::Cell, || Cell::new(Some(rc::Weak::<String>::new())));
}

#[test]
fn one_call_states_size_and_certainty() {
    let texts = vec![String::from("one"), String::with_capacity(10)];
    let size = Size::of(&texts);
    assert_eq!((size.deep_size, size.upper_bound()), (texts.deep_size(), Some(texts.deep_size())));

    let rest = texts.into_iter();
    let size = Size::of(&rest);
    assert!(!size.is_exact());
    assert_eq!((size.lower_bound_count, size.opaque_part_count, size.upper_bound()), (1, 0, None));
    assert_eq!(inspect(&rest).size(), size);
}

#[test]
fn bounds_add_up_and_are_printed() {
    /// May own this many bytes more than counted.
    struct Bounded(usize);
    impl DeepSize for Bounded {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.lower_bound(Reason::Capacity, Some(self.0));
        }
    }
    let two = [Bounded(100), Bounded(28)];
    let size = Size::of(&two);
    assert_eq!((size.deep_size, size.upper_bound()), (16, Some(144)));
    assert_eq!(size.to_string(), "16 to 144 bytes");
    let text = inspect(&two).to_string();
    assert!(text.contains("a lower bound: 2 counted parts may have at most 128 B more"), "{text}");
    assert!(
        text.contains("counted as lower bounds\n  [].0: ") || text.contains("at most 128 B more, with"),
        "{text}"
    );

    assert!(Size::of(&Bounded(0)).is_exact(), "no byte can be missing");
    let size = Size::of(&[Bounded(usize::MAX), Bounded(usize::MAX)]);
    assert_eq!(size.upper_bound(), Some(usize::MAX));

    let mixed = (Bounded(1), Cell::new(String::new()));
    let size = Size::of(&mixed);
    assert_eq!((size.upper_bound(), size.lower_bound_count, size.opaque_part_count), (None, 1, 1));
    let text = inspect(&mixed).to_string();
    assert!(
        text.contains("a lower bound: 1 part was not counted, 1 counted part may have at most 1 B more"),
        "{text}"
    );
}

/// A node of a graph that can reach itself through each kind of container.
#[derive(DeepSize, Default)]
struct Node {
    links: RefCell<Vec<Rc<Node>>>,
    boxed: RefCell<Option<Box<Inner>>>,
    inners: RefCell<Vec<Inner>>,
    by_key: RefCell<BTreeMap<u64, Inner>>,
    by_hash: RefCell<HashMap<u64, Inner>>,
    data: Vec<u8>,
}

/// A value in one of a node's containers, with a handle back to a node.
#[derive(DeepSize, Default)]
struct Inner {
    up: OnceCell<Rc<Node>>,
    data: Vec<u8>,
}

fn inner(node: &Rc<Node>, size: usize) -> Inner {
    Inner { up: OnceCell::from(node.clone()), data: vec![0; size] }
}

/// Breaks the cycles, so that the nodes can be freed.
fn unlink(node: &Node) {
    let links = node.links.take();
    drop((node.boxed.take(), node.inners.take(), node.by_key.take(), node.by_hash.take()));
    drop(links);
}

#[test]
fn a_value_in_its_own_cycle_counts_once() {
    let root = Rc::new(Node { data: vec![0; 10_000], ..Node::default() });
    let child = Rc::new(Node { links: RefCell::new(vec![root.clone()]), ..Node::default() });
    root.links.borrow_mut().push(child);

    let counts = 2 * size_of::<usize>();
    let in_a_method = |node: &Node| node.deep_size();
    assert_eq!(
        in_a_method(&root),
        root.deep_size() - size_of_val(&root) - counts,
        "all except handle and counts"
    );
    assert!(Size::of(&*root).is_exact());
    checked_report(&*root);
    unlink(&root);
}

#[test]
fn a_value_inside_a_larger_one_of_its_cycle_counts_once() {
    let root = Rc::new(Node { data: vec![0; 10_000], ..Node::default() });
    root.boxed.replace(Some(Box::new(inner(&root, 1_000))));
    root.inners.replace(vec![inner(&root, 2_000), inner(&root, 3_000)]);
    root.by_key.replace(BTreeMap::from([(1, inner(&root, 4_000)), (2, inner(&root, 5_000))]));
    root.by_hash.replace(HashMap::from([(1, inner(&root, 6_000)), (2, inner(&root, 7_000))]));
    let all = root.deep_size();

    let check = |inner: &Inner, own: usize| {
        let size = Size::of(inner);
        checked_report(inner);
        // The value counts as the root. Its shallow size may count again in the block of its container.
        assert!(size.deep_size <= all + size_of::<Inner>(), "{size} of {all}");
        assert!(size.deep_size >= own);
    };
    check(root.boxed.borrow().as_ref().unwrap(), 1_000);
    check(&root.inners.borrow()[0], 2_000);
    check(&root.inners.borrow()[1], 3_000);
    check(&root.by_key.borrow()[&2], 5_000);
    check(&root.by_hash.borrow()[&1], 6_000);
    // The root is a field of the node. The node counts at most once. A cycle makes the result a lower bound.
    let links = Size::of(&root.links);
    assert!(links.deep_size <= all);
    root.links.borrow_mut().push(root.clone());
    let links = Size::of(&root.links);
    assert!(links.deep_size <= all && !links.is_exact(), "{links}");
    assert_eq!(inspect(&root.links).lower_bounds()[0].reason, Reason::ContainsRoot);
    unlink(&root);
}

/// A value with the address and the size of the root is a part of it, such as the only field of a wrapper.
#[test]
fn a_wrapper_around_a_shared_handle_is_not_mistaken_for_a_cycle() {
    #[derive(DeepSize)]
    struct Wrapper([[Rc<Vec<u8>>; 1]; 1]);
    let target = Rc::new(vec![0_u8; 100]);
    let handles = vec![target.clone(), target.clone()];
    assert_exact(|| Wrapper([[Rc::new(vec![0_u8; 10])]]));
    assert_eq!(handles.heap_size(), 16 + 16 + 24 + 100);
    assert_eq!(handles[..1].heap_size(), 16 + 24 + 100);
    assert_eq!([handles].heap_size(), 16 + 16 + 24 + 100);
}

#[test]
fn a_weak_handle_that_a_walk_upgrades_counts_its_block_once() {
    struct Entry {
        strong: Option<Arc<Vec<u8>>>,
        weak: Weak<Vec<u8>>,
        is_weak_first: bool,
    }
    impl DeepSize for Entry {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            if !self.is_weak_first {
                walker.field("strong", &self.strong);
            }
            if let Some(target) = self.weak.upgrade() {
                walker.field("target", &target);
            }
            walker.field("strong", &self.strong);
        }
    }
    for is_weak_first in [false, true] {
        assert_exact(|| {
            let strong = Arc::new(vec![0; 1000]);
            Entry { weak: Arc::downgrade(&strong), strong: Some(strong), is_weak_first }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(2_000)))]

    /// A graph of nodes with random links, measured from each of its nodes.
    #[test]
    fn a_node_of_a_graph_counts_no_byte_twice(
        sizes in prop::collection::vec(0_usize..100, 1..8),
        links in prop::collection::vec((0_usize..8, 0_usize..8), 0..20),
    ) {
        let before = live_bytes();
        let nodes: Vec<Rc<Node>> =
            sizes.iter().map(|&size| Rc::new(Node { data: vec![0; size], ..Node::default() })).collect();
        for &(from, to) in &links {
            let (from, to) = (&nodes[from % nodes.len()], &nodes[to % nodes.len()]);
            from.links.borrow_mut().push(to.clone());
        }
        let live = usize::try_from(live_bytes() - before).unwrap();
        for node in &nodes {
            let size = Size::of(&**node);
            let counts = 2 * size_of::<usize>();
            // `node.deep_size()` also has the handle and the two counts. The allocator also counts the vector `nodes`.
            prop_assert_eq!(size.deep_size, node.deep_size() - size_of_val(node) - counts);
            prop_assert!(size.deep_size + nodes.capacity() * size_of::<usize>() <= live);
            prop_assert!(size.is_exact());
            prop_assert_eq!(Sum::of(&**node).size(), size);
            checked_report(&**node);
        }
        nodes.iter().for_each(|node| unlink(node));
    }
}
