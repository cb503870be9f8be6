//! Values nested a million deep (ten million in a release build), measured on a small stack. Without the feature
//! `stack-growth`, a walk that runs low on stack stops and reports it.
//!
//! Each chain is dismantled node by node before its drop. Dropping it whole would overflow the stack,
//! because Rust's drop glue recurses.

#[path = "../support/mod.rs"]
mod support;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, LinkedList, VecDeque};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use deep_size::observer::Node;
use deep_size::{DeepSize, Observer, Reason, Walker, inspect, observe};
use deep_size_track::Region;

use crate::support::{Sum, live_bytes};

const NODES: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
/// For chains through cells and locks. The observed walk recurses there, and takes about a kilobyte of stack for each node.
const LOCKED_NODES: usize = NODES / 4;
const STACK: usize = 512 * 1024;

/// Builds a value on a thread with a small stack, and asserts that both walks over it agree with the allocator.
fn assert_measured<T: DeepSize>(build: impl FnOnce() -> T + Send, take_apart: impl FnOnce(T) + Send) {
    thread::scope(|scope| {
        let test = move || {
            let before = live_bytes();
            let value = build();
            let built = usize::try_from(live_bytes() - before).expect("building allocates");

            let (heap, sum) = (value.heap_size(), Sum::of(&value));
            assert_eq!(sum.bytes, size_of::<T>() + heap, "both walks reach the same depth");
            if cfg!(feature = "stack-growth") || sum.opaque.is_empty() {
                assert_eq!(heap, built);
                assert_eq!(sum.opaque, []);
            } else {
                assert!(heap < built);
                assert!(sum.opaque.iter().all(|&reason| reason == Reason::TooDeep), "{:?}", sum.opaque);
            }
            drop(sum);

            take_apart(value);
            assert_eq!(live_bytes(), before, "the test frees every block it built");
        };
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, test);
        thread.expect("a thread starts").join().expect("the walk does not panic");
    });
}

#[derive(DeepSize)]
struct List {
    next: Option<Box<List>>,
}

#[test]
fn a_boxed_list_is_measured() {
    let build = || {
        let mut list = List { next: None };
        for _ in 0..NODES {
            list = List { next: Some(Box::new(list)) };
        }
        list
    };
    assert_measured(build, |mut list| {
        while let Some(next) = list.next.take() {
            list = *next;
        }
    });
}

#[derive(DeepSize)]
struct Fork {
    left: Option<Box<Fork>>,
    right: Option<Box<Fork>>,
}

#[test]
fn a_list_with_a_second_child_for_each_node_is_measured() {
    let build = || {
        let leaf = || Some(Box::new(Fork { left: None, right: None }));
        let mut fork = Fork { left: None, right: None };
        for node in 0..NODES / 2 {
            let chain = Some(Box::new(fork));
            fork = if node % 2 == 0 {
                Fork { left: chain, right: leaf() }
            } else {
                Fork { left: leaf(), right: chain }
            };
        }
        fork
    };
    assert_measured(build, |mut fork| {
        while let Fork { left: Some(left), right: Some(right) } = fork {
            fork = if left.left.is_some() { *left } else { *right };
        }
    });
}

#[derive(DeepSize)]
struct Counted {
    next: Option<Rc<RefCell<Counted>>>,
}

#[test]
fn a_chain_of_rcs_of_ref_cells_is_measured() {
    let build = || {
        let mut chain = Counted { next: None };
        for _ in 0..LOCKED_NODES {
            chain = Counted { next: Some(Rc::new(RefCell::new(chain))) };
        }
        chain
    };
    assert_measured(build, |mut chain| {
        while let Some(next) = chain.next.take() {
            chain = Counted { next: next.borrow_mut().next.take() };
        }
    });
}

/// Every node has two handles, so the walk looks each up in the visited set.
#[test]
fn a_cycle_of_rcs_of_ref_cells_is_measured() {
    let build = || {
        let last = Rc::new(RefCell::new(Counted { next: None }));
        let mut first = last.clone();
        for _ in 0..LOCKED_NODES {
            first = Rc::new(RefCell::new(Counted { next: Some(first) }));
        }
        last.borrow_mut().next = Some(first.clone());
        first
    };
    assert_measured(build, |first| {
        let mut node = first;
        while let Some(next) = { node.borrow_mut().next.take() } {
            node = next;
        }
    });
}

#[derive(DeepSize)]
struct Shared {
    next: Option<Arc<Shared>>,
}

#[test]
fn a_chain_of_arcs_is_measured() {
    let build = || {
        let mut chain = Shared { next: None };
        for _ in 0..NODES {
            chain = Shared { next: Some(Arc::new(chain)) };
        }
        chain
    };
    assert_measured(build, |chain| {
        let mut next = chain.next;
        while let Some(node) = next {
            next = Arc::into_inner(node).and_then(|node| node.next);
        }
    });
}

#[derive(DeepSize)]
struct Locked {
    next: Arc<Mutex<Option<Locked>>>,
}

#[test]
fn a_chain_of_mutexes_is_measured() {
    let build = || {
        let mut chain = Locked { next: Arc::default() };
        for _ in 0..LOCKED_NODES {
            chain = Locked { next: Arc::new(Mutex::new(Some(chain))) };
        }
        chain
    };
    assert_measured(build, |mut chain| {
        while let Some(next) = { chain.next.lock().expect("not poisoned").take() } {
            chain = next;
        }
    });
}

#[test]
fn a_cycle_of_mutexes_is_measured() {
    let build = || {
        let last = Locked { next: Arc::default() };
        let mut first = Locked { next: last.next.clone() };
        for _ in 0..NODES / 10 {
            first = Locked { next: Arc::new(Mutex::new(Some(first))) };
        }
        *last.next.lock().expect("not poisoned") = Some(Locked { next: first.next.clone() });
        drop(last);
        first
    };
    assert_measured(build, |mut node| {
        while let Some(next) = { node.next.lock().expect("not poisoned").take() } {
            node = next;
        }
    });
}

#[derive(DeepSize)]
struct Guarded {
    next: Box<RwLock<Option<Guarded>>>,
}

#[test]
fn a_chain_of_rw_locks_is_measured() {
    let build = || {
        let mut chain = Guarded { next: Box::default() };
        for _ in 0..LOCKED_NODES {
            chain = Guarded { next: Box::new(RwLock::new(Some(chain))) };
        }
        chain
    };
    assert_measured(build, |mut chain| {
        while let Some(next) = { chain.next.write().expect("not poisoned").take() } {
            chain = next;
        }
    });
}

#[derive(DeepSize)]
struct Branch {
    children: Vec<Branch>,
}

#[test]
fn a_chain_of_vectors_is_measured() {
    let build = || {
        let mut branch = Branch { children: Vec::new() };
        for _ in 0..NODES {
            branch = Branch { children: vec![branch] };
        }
        branch
    };
    assert_measured(build, |mut branch| {
        while let Some(child) = branch.children.pop() {
            branch = child;
        }
    });
}

trait Link: DeepSize {
    fn take_next(&mut self) -> Option<Box<dyn Link>>;
}

#[derive(DeepSize)]
struct Ring {
    next: Option<Box<dyn Link>>,
    weight: u64,
}

impl Link for Ring {
    fn take_next(&mut self) -> Option<Box<dyn Link>> {
        self.next.take()
    }
}

#[test]
fn a_chain_of_trait_objects_is_measured() {
    let build = || {
        let mut chain = Ring { next: None, weight: 0 };
        for weight in 0..NODES as u64 {
            chain = Ring { next: Some(Box::new(chain)), weight };
        }
        assert_eq!(chain.weight, NODES as u64 - 1);
        chain
    };
    assert_measured(build, |mut chain| {
        let mut next = chain.take_next();
        while let Some(mut link) = next {
            next = link.take_next();
        }
    });
}

/// Chains of the other collections. They are shorter, because their nodes are large.
macro_rules! chains_of_collections {
    ($($name:ident: $type:ident = $collection:ty, $put:expr, $take:expr;)*) => {$(
        #[test]
        fn $name() {
            #[derive(DeepSize)]
            struct $type($collection);

            let build = || {
                let mut chain = $type(Default::default());
                for _ in 0..NODES / 10 {
                    let mut around: $collection = Default::default();
                    let put: fn(&mut $collection, $type) = $put;
                    put(&mut around, chain);
                    chain = $type(around);
                }
                chain
            };
            assert_measured(build, |mut chain| {
                let take: fn(&mut $collection) -> Option<$type> = $take;
                while let Some(next) = take(&mut chain.0) {
                    chain = next;
                }
            });
        }
    )*};
}

chains_of_collections! {
    a_chain_of_tree_maps: TreeChain = BTreeMap<u8, TreeChain>,
        |map, next| drop(map.insert(0, next)), |map| map.remove(&0);
    a_chain_of_hash_maps: HashChain = HashMap<u8, HashChain>,
        |map, next| drop(map.insert(0, next)), |map| map.remove(&0);
    a_chain_of_deques: DequeChain = VecDeque<DequeChain>,
        |deque, next| deque.push_back(next), |deque| deque.pop_front();
    a_chain_of_linked_lists: ListChain = LinkedList<ListChain>,
        |list, next| list.push_back(next), |list| list.pop_front();
    a_chain_of_boxed_slices: SliceChain = Box<[SliceChain]>,
        |slice, next| *slice = Box::new([next]), |slice| std::mem::take(slice).into_vec().pop();
    a_chain_of_boxed_options: OptionChain = Option<Box<Option<Box<OptionChain>>>>,
        |option, next| *option = Some(Box::new(Some(Box::new(next)))),
        |option| option.take().and_then(|inner| *inner).map(|next| *next);
}

/// Records the stack addresses at which an observer is called, except for the first and last ten thousand values of a list.
#[derive(Default)]
struct StackAddresses {
    entered: usize,
    addresses: BTreeSet<usize>,
}

impl Observer for StackAddresses {
    fn enter(&mut self, _: &Node) {
        let marker = 0_u8;
        self.entered += 1;
        if (10_000..MIXED_VALUES - 10_000).contains(&self.entered) {
            self.addresses.insert(black_box(&marker) as *const u8 as usize);
        }
    }
}

/// A list. Its field `next` precedes other fields, and nests each type that leaves its last part to the walk.
#[derive(DeepSize)]
struct Mixed {
    next: Option<Rc<Vec<Box<Mixed>>>>,
    name: String,
    number: u32,
}

const MIXED_NODES: u32 = 100_000;

/// Seven values for each node, and four for the last.
const MIXED_VALUES: usize = MIXED_NODES as usize * 7 + 4;

#[test]
fn a_report_on_a_list_takes_constant_memory() {
    let mut list = Mixed { next: None, name: String::new(), number: 0 };
    for number in 0..MIXED_NODES {
        let name = String::from("name");
        list = Mixed { next: Some(Rc::new(vec![Box::new(list)])), name, number };
    }
    let mut stack = StackAddresses::default();
    observe(&list, &mut stack);
    assert_eq!(stack.entered, MIXED_VALUES);
    assert!(stack.addresses.len() < 10, "{} depths of the stack", stack.addresses.len());

    let before = live_bytes();
    let region = Region::begin();
    let report = inspect(&list);
    let usage = region.end();
    assert!(usage.peak_size < 1 << 20, "{usage}");
    assert_eq!(report.deep_size(), list.deep_size());
    drop(report);
    assert_eq!(live_bytes(), before);

    while let Some(next) = list.next.take() {
        let nodes = Rc::into_inner(next).expect("one handle");
        list = *nodes.into_iter().next().expect("one node");
    }
}

/// A hand-written impl with a frame of `SIZE` bytes.
struct Framed<const SIZE: usize>(Option<Box<Framed<SIZE>>>);

impl<const SIZE: usize> DeepSize for Framed<SIZE> {
    #[inline(never)]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let mut frame = [0_u8; SIZE];
        black_box(&mut frame);
        walker.inner(&self.0);
        black_box(&mut frame);
    }
}

#[test]
fn impls_may_have_large_frames() {
    fn assert_nested<const SIZE: usize>() {
        let list = (0..100).fold(Framed::<SIZE>(None), |next, _| Framed(Some(Box::new(next))));
        assert_eq!(Sum::of(&list).bytes, list.deep_size());
        if cfg!(feature = "stack-growth") {
            assert_eq!(list.heap_size(), 100 * size_of::<Framed<SIZE>>());
        }
    }
    assert_nested::<{ 60 * 1024 }>();
    assert_nested::<{ 150 * 1024 }>();
    assert_nested::<{ 240 * 1024 }>();
    #[cfg(target_pointer_width = "64")]
    assert_nested::<{ 400 * 1024 }>();
}

/// Many branches each exhaust the stack. All use the same fresh one.
#[test]
fn many_long_lists_side_by_side_are_measured() {
    let build = || {
        let long_list = || {
            let mut list = List { next: None };
            for _ in 0..NODES / 1000 {
                list = List { next: Some(Box::new(list)) };
            }
            list
        };
        (0..300).map(|_| long_list()).collect::<Vec<_>>()
    };
    assert_measured(build, |lists| {
        for mut list in lists {
            while let Some(next) = list.next.take() {
                list = *next;
            }
        }
    });
}
