//! Bugs, one test for each, written down before they were mended.

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{env, ptr};

use deep_size::{DeepSize, SharedBlock, Tally, Walker, inspect};

mod allowed_lints;
mod fresh_names;
#[path = "../support/mod.rs"]
mod support;
mod trait_methods;

/// `&mut Self` has an impl of its own, which method lookup finds before that of `Self`.
#[test]
fn a_method_that_may_change_its_value_can_measure_it() {
    #[derive(DeepSize)]
    struct Cache {
        entries: Vec<String>,
    }
    impl Cache {
        fn insert(&mut self, entry: &str) -> usize {
            self.entries.push(entry.to_owned());
            self.deep_size()
        }
    }
    let mut cache = Cache { entries: Vec::with_capacity(1) };
    assert_eq!(cache.insert("12345"), size_of::<Cache>() + size_of::<String>() + 5);
}

/// A walk remembers no handle with one owner, since no other leads to its block, short of references that are counted; then all ways to
/// walk over one value go wrong alike, and only a tally, which remembers all, does not.
#[test]
fn a_handle_that_is_borrowed_beside_its_owner_counts_twice_in_all_walks() {
    #[derive(DeepSize)]
    struct View<'a> {
        owner: &'a [Arc<String>],
        #[deep_size(borrowed)]
        all: &'a Vec<Arc<String>>,
        #[deep_size(borrowed)]
        second: &'a Arc<String>,
    }
    let all = vec![Arc::new("one".to_owned()), Arc::new("second".to_owned())];
    let view = View { owner: &all, all: &all, second: &all[1] };
    let block = size_of::<[usize; 2]>() + size_of::<String>();
    // The vector, its buffer, and the reference's target, which is a handle inside that.
    let borrowed = size_of_val(&all) + size_of_val(view.owner) + size_of::<Arc<String>>();
    let once = size_of_val(&view) + borrowed + 2 * block + "one".len() + "second".len();

    assert_eq!(Tally::new().add(&view), once);
    let twice = once + block + "second".len();
    assert_eq!(view.deep_size(), twice);
    assert_eq!(inspect(&view).deep_size(), twice);
}

/// Hashes a number to itself, as `nohash-hasher` and many others do.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        panic!("for numbers alone")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// The entries that are left lie all over the table, but a large flat map whose capacity fits a smaller table is not looked
/// at. With numbers in order as hashes this is no matter of chance.
#[test]
fn every_second_entry_of_a_full_flat_map_removed() {
    let before = support::live_bytes();
    let mut map: HashMap<u64, u64, BuildHasherDefault<Identity>> = (0..3584).map(|key| (key, key)).collect();
    map.retain(|key, _| key % 2 == 0);
    let built = (support::live_bytes() - before) as usize;

    let mut tally = Tally::new();
    let deep = tally.add(&map);
    let heap = deep - size_of_val(&map);
    assert!(heap == built || !tally.is_exact(), "{heap} bytes of {built}, and said to be exact");
}

/// The plain walk trusted the capacity, and the observed one looked at the first entries: they lie farther apart than the smaller table
/// that has this capacity is long.
#[test]
fn both_walks_find_the_same_table_of_a_thinned_flat_map() {
    let mut map: HashMap<u64, u64, BuildHasherDefault<Identity>> = HashMap::default();
    map.reserve(3584);
    map.extend((0..1792).chain([1900, 4090]).map(|key| (key, key)));
    map.retain(|key, _| *key >= 1792);
    assert_eq!(map.capacity(), 1792, "each removed entry left a tombstone");

    let sum = support::Sum::of(&map);
    assert_eq!(sum.bytes, map.deep_size());
    assert_eq!(Tally::new().add(&map), map.deep_size());
    assert_eq!(inspect(&map).deep_size(), map.deep_size());
}

/// The total of the walker saturates; what is added to it afterwards overflows.
#[test]
fn a_total_past_the_address_space_does_not_panic() {
    struct Reserved;
    impl DeepSize for Reserved {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            let layout = Layout::from_size_align(isize::MAX as usize, 1).expect("the largest layout");
            (0..3).for_each(|_| walker.allocation(ptr::null::<u8>(), layout, 0));
        }
    }
    let value = (1_u8, Reserved);
    assert_eq!(value.heap_size(), usize::MAX);
    assert_eq!(value.deep_size(), usize::MAX);
    assert_eq!((vec![0_u8], Reserved).heap_size(), usize::MAX);
    let mut tally = Tally::new();
    tally.add(&value);
    tally.add(&value);
    assert_eq!(tally.deep_size(), usize::MAX);
    assert_eq!(inspect(&value).deep_size(), usize::MAX);
}

/// Blocks that no allocator has: each walk stays at the largest total.
#[test]
fn a_report_on_shared_blocks_past_the_address_space_does_not_panic() {
    struct Reserved(usize);
    impl DeepSize for Reserved {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            let layout = Layout::from_size_align(isize::MAX as usize, 1).expect("the largest layout");
            let block =
                |number: usize| SharedBlock::new(ptr::without_provenance::<u8>(self.0 + number), layout);
            walker.allocation(ptr::null::<u8>(), layout, 1);
            walker.shared(block(0), &[1_u8; 4]);
            walker.shared(block(1).with_strong_count(1).with_weak_count(0), &());
            walker.weak(block(2).with_strong_count(0));
        }
    }
    let values = [Reserved(8), Reserved(16), Reserved(8)];
    assert_eq!(values.deep_size(), usize::MAX);
    let report = inspect(&values);
    assert_eq!(report.deep_size(), usize::MAX);
    assert_eq!(report.exclusive_size() + report.external_size() + report.cyclic_size(), report.deep_size());
    assert!(!report.to_string().is_empty());
}

/// Runs the test of this name in another process, since a stack overflow ends it; says whether this is that process.
fn is_child(name: &str) -> bool {
    const CHILD: &str = "DEEP_SIZE_REGRESSION_CHILD";

    if env::var_os(CHILD).is_some() {
        return true;
    }
    let this = env::current_exe().expect("tests have a path");
    let output = Command::new(this).args(["--exact", name]).env(CHILD, "1").output().expect("it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// A list by hand: `allocation` and `field` instead of `pointee`. No hop, so nothing looks at the stack.
struct Link {
    next: *mut Link,
}

impl DeepSize for Link {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !self.next.is_null() {
            walker.allocation(self.next, Layout::new::<Link>(), size_of::<Link>());
            // SAFETY: every link but the last points to one that is never freed.
            walker.field("next", unsafe { &*self.next });
        }
    }
}

#[test]
fn a_list_measured_by_fields_does_not_overflow_the_stack() {
    const LENGTH: usize = 1_000_000;

    if !is_child("a_list_measured_by_fields_does_not_overflow_the_stack") {
        return;
    }
    let list = (0..LENGTH).fold(ptr::null_mut(), |next, _| Box::into_raw(Box::new(Link { next })));
    // SAFETY: it was just made, and is never freed.
    assert_eq!(unsafe { &*list }.heap_size(), (LENGTH - 1) * size_of::<Link>());
}

/// The example of `Walker::shared` once keyed the block by the value, where the impl of `Arc` has the counts before it.
#[test]
fn the_documented_handle_shares_its_block_with_plain_ones() {
    struct Slice {
        buffer: Arc<Vec<u8>>,
    }
    impl DeepSize for Slice {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.shared(SharedBlock::of_arc(&self.buffer), &*self.buffer);
        }
    }
    let buffer = Arc::new(vec![0_u8; 100]);
    let both = (Slice { buffer: buffer.clone() }, buffer);
    assert_eq!(both.heap_size(), 16 + 24 + 100);
}

/// The guard of the walk is dropped by the panic, and poisons a lock that nobody has written to.
#[test]
fn a_faulty_impl_does_not_poison_the_mutex_around_it() {
    struct Faulty;
    impl DeepSize for Faulty {
        fn walk_owned(&self, _: &mut Walker<'_>) {
            panic::resume_unwind(Box::new("faulty impl"));
        }
    }
    let mutex = Mutex::new(Faulty);
    assert!(panic::catch_unwind(AssertUnwindSafe(|| mutex.heap_size())).is_err());
    assert!(!mutex.is_poisoned());
}

/// The capacity of each is `usize::MAX`, of which a sum overflows.
#[test]
fn vectors_of_vectors_of_nothing_own_one_block() {
    assert_eq!(vec![vec![()]; 2].heap_size(), 2 * size_of::<Vec<()>>());
    assert_eq!(vec![vec![[0_u8; 0]; 3]; 9].heap_size(), 9 * size_of::<Vec<()>>());
    assert_eq!([Vec::<()>::new(), Vec::new()].heap_size(), 0);
}

/// Where a fresh stack lay above the caller's, the hops on it were taken without a look at its end, for they were compared
/// with a place on the caller's stack.
#[cfg(feature = "stack-growth")]
#[test]
fn a_fresh_stack_above_the_callers_does_not_overflow() {
    #[derive(DeepSize)]
    enum Node {
        Leaf,
        Many(Vec<Node>),
        Pair(Option<Box<Node>>, Option<Box<Node>>),
    }
    const PAIRS: usize = 300_000;
    const MANY: usize = 3_000;

    if !is_child("a_fresh_stack_above_the_callers_does_not_overflow") {
        return;
    }
    let pairs =
        (0..PAIRS).fold(Node::Leaf, |node, _| Node::Pair(Some(Box::new(node)), Some(Box::new(Node::Leaf))));
    // Vectors lead to a fresh stack without a hop, so that the terrain is not known yet.
    let tree = (0..MANY).fold(pairs, |node, _| Node::Many(vec![node]));
    // These leave holes above the thread's stack, in one of which a fresh one comes to lie.
    let holes: Vec<Vec<u8>> = (0..300).map(|_| Vec::with_capacity(2 << 20)).collect();
    let (freed, when_freed) = std::sync::mpsc::channel();
    let measure = move || {
        when_freed.recv().expect("the holes are made");
        assert_eq!(tree.heap_size(), (2 * PAIRS + MANY) * size_of::<Node>());
        // To drop the tree would overflow the stack.
        std::mem::forget(tree);
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(measure).expect("it can be spawned");
    drop(holes);
    freed.send(()).expect("the thread waits");
    thread.join().expect("the tree is measured");
}

/// A walk through scattered nodes kept a list of several KiB at each hop that a `RefCell`, a lock or a hand-written impl was
/// before.
#[test]
fn scattered_nodes_measured_by_hand_need_little_stack() {
    #[derive(Default)]
    struct Node {
        next: RefCell<Option<Box<Node>>>,
        _padding: [u64; 8],
    }
    thread_local! {
        static STACK: Cell<usize> = const { Cell::new(0) };
        static LARGE_STEPS: Cell<usize> = const { Cell::new(0) };
    }
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            let here = ptr::from_ref(&walker).addr();
            // A fresh stack lies farther away.
            let step = STACK.replace(here).abs_diff(here);
            LARGE_STEPS.set(LARGE_STEPS.get() + usize::from((4096..16 << 10).contains(&step)));
            walker.field("next", &self.next);
        }
    }
    const NODES: usize = 400_000;

    let mut nodes: Vec<Box<Node>> = (0..NODES).map(|_| Box::default()).collect();
    // In steps of about a third of all, which has no factor in common with their number.
    let order = (0..NODES).map(|number| number * 133_337 % NODES);
    let mut list: Option<Box<Node>> = None;
    for place in order.take(3_000) {
        let mut node = std::mem::take(&mut nodes[place]);
        node.next = RefCell::new(list);
        list = Some(node);
    }
    let heap = list.heap_size();
    assert!(heap == 3_000 * size_of::<Node>() || cfg!(not(feature = "stack-growth")), "{heap} bytes");
    assert!(LARGE_STEPS.get() < 10, "{} nodes took 4 KiB of stack or more", LARGE_STEPS.get());
}

/// The box at which the stack ran out was left out, though the walk with an observer counts it.
#[test]
fn the_box_at_which_the_stack_ends_is_counted() {
    #[derive(Default)]
    struct Node {
        next: Option<Box<Node>>,
    }
    thread_local! {
        static ENTERED: Cell<usize> = const { Cell::new(0) };
    }
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            ENTERED.set(ENTERED.get() + 1);
            walker.field("next", &self.next);
        }
    }
    const LENGTH: usize = 5_000;

    let list = (0..LENGTH).fold(Node::default(), |node, _| Node { next: Some(Box::new(node)) });
    let heap = list.heap_size();
    assert_eq!(heap, ENTERED.get().min(LENGTH) * size_of::<Node>());
}
