//! Bugs, one test each, reproduced before they were fixed.

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
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

/// Method lookup finds the impl of `&mut Self` before the impl of `Self`.
#[test]
fn a_method_with_mut_self_can_measure_the_value() {
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

/// A walk over one root does not record unique handles, because no other handle points to their blocks.
/// Borrowed references break this rule: all walks over one root count the block twice. A tally records every
/// handle and counts it once.
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
    // The vector, its buffer, and the borrowed handle in that buffer.
    let borrowed = size_of_val(&all) + size_of_val(view.owner) + size_of::<Arc<String>>();
    let once = size_of_val(&view) + borrowed + 2 * block + "one".len() + "second".len();

    assert_eq!(Tally::new().add(&view), once);
    let twice = once + block + "second".len();
    assert_eq!(view.deep_size(), twice);
    assert_eq!(inspect(&view).deep_size(), twice);
}

/// The remaining entries are spread over the whole table. A large flat map is not searched if its capacity
/// fits a smaller table. The identity hash makes the case deterministic.
#[test]
fn every_second_entry_of_a_full_flat_map_removed() {
    let before = support::live_bytes();
    let mut map: HashMap<u64, u64, support::identity::BuildIdentity> =
        (0..3584).map(|key| (key, key)).collect();
    map.retain(|key, _| key % 2 == 0);
    let built = (support::live_bytes() - before) as usize;

    let mut tally = Tally::new();
    let deep = tally.add(&map);
    let heap = deep - size_of_val(&map);
    assert!(heap == built || !tally.is_exact(), "{heap} bytes of {built}, reported as exact");
}

/// The plain walk trusted the capacity, and the observed walk read the first entries. Their span exceeds the
/// smaller table that would have this capacity.
#[test]
fn both_walks_find_the_same_table_of_a_thinned_flat_map() {
    let mut map: HashMap<u64, u64, support::identity::BuildIdentity> = HashMap::default();
    map.reserve(3584);
    map.extend((0..1792).chain([1900, 4090]).map(|key| (key, key)));
    map.retain(|key, _| *key >= 1792);
    assert_eq!(map.capacity(), 1792, "each removed entry left a tombstone");

    let sum = support::Sum::of(&map);
    assert_eq!(sum.bytes, map.deep_size());
    assert_eq!(Tally::new().add(&map), map.deep_size());
    assert_eq!(inspect(&map).deep_size(), map.deep_size());
}

/// Additions after saturation must not overflow.
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

/// Blocks larger than any allocator returns: each walk saturates.
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

/// Reruns the test in a child process, because a stack overflow aborts the process. Returns `true` in the
/// child.
fn is_child(name: &str) -> bool {
    const CHILD: &str = "DEEP_SIZE_REGRESSION_CHILD";

    if env::var_os(CHILD).is_some() {
        return true;
    }
    let this = env::current_exe().expect("tests have a path");
    let output =
        Command::new(this).args(["--exact", name]).env(CHILD, "1").output().expect("the test can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// A hand-written list that uses `allocation` and `field` instead of `pointee`, so no `pointee` call checks
/// the stack.
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
    // SAFETY: the link was just made, and is never freed.
    assert_eq!(unsafe { &*list }.heap_size(), (LENGTH - 1) * size_of::<Link>());
}

/// The example of `Walker::shared` once used the value's address as the key. The impl of `Arc` uses the
/// address of the counts before the value.
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

/// The panic drops the walk's guard, which poisons a lock without any write.
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

/// Each capacity is `usize::MAX`, so a sum of them overflows.
#[test]
fn vectors_of_vectors_of_nothing_own_one_block() {
    assert_eq!(vec![vec![()]; 2].heap_size(), 2 * size_of::<Vec<()>>());
    assert_eq!(vec![vec![[0_u8; 0]; 3]; 9].heap_size(), 9 * size_of::<Vec<()>>());
    assert_eq!([Vec::<()>::new(), Vec::new()].heap_size(), 0);
}

/// If the fresh stack was above the caller's, pointers followed there were compared with a limit on the
/// caller's stack. The end of the fresh stack was never checked.
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
    // Vectors switch stacks without a pointer hop, so the locality is still unknown.
    let tree = (0..MANY).fold(pairs, |node, _| Node::Many(vec![node]));
    // These leave holes above the thread's stack, and the fresh stack is allocated in one of them.
    let holes: Vec<Vec<u8>> = (0..300).map(|_| Vec::with_capacity(2 << 20)).collect();
    let (freed, when_freed) = std::sync::mpsc::channel();
    let measure = move || {
        when_freed.recv().expect("the sender is alive");
        assert_eq!(tree.heap_size(), (2 * PAIRS + MANY) * size_of::<Node>());
        // A drop would overflow the stack.
        std::mem::forget(tree);
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(measure).expect("the thread starts");
    drop(holes);
    freed.send(()).expect("the thread waits");
    thread.join().expect("measuring does not panic");
}

/// A walk through scattered nodes kept several KiB on the stack for each pointer behind a `RefCell`, a lock
/// or a hand-written impl.
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
            // A fresh stack is farther away.
            let step = STACK.replace(here).abs_diff(here);
            LARGE_STEPS.set(LARGE_STEPS.get() + usize::from((4096..16 << 10).contains(&step)));
            walker.field("next", &self.next);
        }
    }
    const NODES: usize = 400_000;

    let mut nodes: Vec<Box<Node>> = (0..NODES).map(|_| Box::default()).collect();
    // Steps of about a third of the nodes, coprime with their number.
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

/// The plain walk omitted the box at which the stack ran out. The observed walk counted it.
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
