//! Held locks, borrowed cells and panicking impls. Measuring never blocks or panics, and reports every part
//! that it cannot measure.

mod support;

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Barrier, Mutex, RwLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use deep_size::{DeepSize, Reason, Size, Tally, Walker};

use crate::support::{Sum, assert_opaque};

fn opaque_parts<T: DeepSize + ?Sized>(value: &T) -> Vec<Reason> {
    Sum::of(value).opaque
}

#[test]
fn a_mutably_borrowed_cell_is_opaque() {
    let cell = RefCell::new(vec![1_u8; 100]);
    let guard = cell.borrow_mut();
    assert_eq!(cell.heap_size(), 0);
    assert_eq!(opaque_parts(&cell), [Reason::Borrowed]);
    drop(guard);
    assert_eq!(cell.heap_size(), 100);
    assert_eq!(opaque_parts(&cell), []);
}

#[test]
fn a_cell_borrowed_for_reading_is_measured() {
    let cell = RefCell::new(vec![1_u8; 100]);
    let _guard = cell.borrow();
    assert_eq!(cell.heap_size(), 100);
}

#[test]
fn a_mutex_held_by_this_thread_is_opaque() {
    let mutex = Mutex::new(String::from("held"));
    let guard = mutex.lock().expect("not poisoned");
    assert_eq!(mutex.heap_size(), 0);
    assert_eq!(opaque_parts(&mutex), [Reason::Locked]);
    assert_eq!(guard.heap_size(), 4, "the locked value can be measured");
}

#[test]
fn a_mutex_held_by_another_thread_is_opaque() {
    let mutex = Arc::new(Mutex::new(String::from("held")));
    let (locked, release) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = mutex.lock().expect("not poisoned");
            locked.wait();
            release.wait();
        });
        locked.wait();
        assert_eq!(opaque_parts(&mutex), [Reason::Locked]);
        release.wait();
    });
    assert_eq!(opaque_parts(&mutex), []);
}

#[test]
fn poisoned_locks_are_read() {
    let mutex = Mutex::new(vec![0_u8; 10]);
    let lock = RwLock::new(vec![0_u8; 20]);
    let poison = panic::catch_unwind(AssertUnwindSafe(|| {
        let _guards = (mutex.lock(), lock.write());
        panic::resume_unwind(Box::new("poison"));
    }));
    assert!(poison.is_err() && mutex.is_poisoned() && lock.is_poisoned());
    assert_eq!(mutex.heap_size(), 10);
    assert_eq!(lock.heap_size(), 20);
    assert_eq!(opaque_parts(&(mutex, lock)), []);
}

#[test]
fn a_written_rw_lock_is_opaque_and_a_read_one_is_not() {
    let lock = RwLock::new(vec![0_u8; 20]);
    let guard = lock.write().expect("not poisoned");
    assert_eq!(opaque_parts(&lock), [Reason::Locked]);
    drop(guard);
    let _guard = lock.read().expect("not poisoned");
    assert_eq!(lock.heap_size(), 20);
}

#[test]
fn one_held_lock_leaves_the_rest_measured() {
    let locks = [Mutex::new(vec![0_u8; 10]), Mutex::new(vec![0_u8; 20]), Mutex::new(vec![0_u8; 30])];
    let _guard = locks[1].lock().expect("not poisoned");
    let mut tally = Tally::new();
    assert_eq!(tally.add(&locks), size_of_val(&locks) + 40);
    assert_eq!(tally.size().opaque_part_count, 1);
    assert!(!tally.is_exact());
}

/// The caller holds the lock around the value, and the value has a handle back to the lock.
#[test]
fn a_lock_held_by_the_caller_is_skipped_inside_its_own_graph() {
    struct Node(Arc<Mutex<Option<Node>>>);
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("0", &self.0);
        }
    }

    let node = Node(Arc::default());
    let mut guard = node.0.lock().expect("not poisoned");
    *guard = Some(Node(node.0.clone()));
    let sum = Sum::of(&*guard);
    assert_eq!((sum.opaque.as_slice(), sum.size()), (&[Reason::Locked][..], Size::of(&*guard)));
    *guard = None;
}

/// Panics whenever it is measured.
struct Faulty;

impl DeepSize for Faulty {
    fn walk_owned(&self, _: &mut Walker<'_>) {
        panic::resume_unwind(Box::new("faulty impl"));
    }
}

#[test]
fn a_panic_in_an_impl_passes_through() {
    let value = (vec![0_u8; 10], vec![Box::new(Faulty)]);
    let mut tally = Tally::new();
    let caught = panic::catch_unwind(AssertUnwindSafe(|| tally.add(&value)));
    assert_eq!(caught.expect_err("it panicked").downcast_ref(), Some(&"faulty impl"));
    assert_eq!(tally.deep_size(), 0, "nothing was added");
    assert_eq!(tally.add(&value.0), size_of::<Vec<u8>>() + 10, "the tally can be used again");
}

/// Continues after one of its parts panicked.
struct Forgiving {
    before: String,
    faulty: Box<Chain>,
    after: Box<Chain>,
}

impl DeepSize for Forgiving {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("before", &self.before);
        let caught = panic::catch_unwind(AssertUnwindSafe(|| walker.field("faulty", &self.faulty)));
        assert!(caught.is_err());
        walker.field("after", &self.after);
    }
}

enum Chain {
    Link(Box<Chain>),
    End,
    Faulty,
}

impl Chain {
    fn new(length: usize, end: Chain) -> Box<Self> {
        let mut chain = Box::new(end);
        for _ in 0..length {
            chain = Box::new(Chain::Link(chain));
        }
        chain
    }
}

impl DeepSize for Chain {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Chain::Link(next) => walker.field("0", next),
            Chain::End => {}
            Chain::Faulty => Faulty.walk_owned(walker),
        }
    }
}

/// With the feature, the chains need fresh stacks. After a panic, the walker must return from them and report their exits
/// to the observer.
#[test]
fn a_walk_continues_after_an_impl_caught_a_panic() {
    const LENGTH: usize = if cfg!(feature = "stack-growth") { 10_000 } else { 10 };
    let value = Forgiving {
        before: String::from("before"),
        faulty: Chain::new(LENGTH, Chain::Faulty),
        after: Chain::new(LENGTH, Chain::End),
    };
    let chain = (LENGTH + 1) * size_of::<Chain>();
    // A plain walk returns sums, so a panic loses them. Without fresh stacks, it adds up like an observed walk.
    let faulty = if cfg!(feature = "stack-growth") { 0 } else { chain };
    assert_eq!(value.heap_size(), 6 + faulty + chain);
    let sum = Sum::of(&value);
    assert_eq!(
        sum.bytes,
        size_of::<Forgiving>() + 6 + 2 * chain,
        "the observer received it before the panic"
    );
}

type Graph = Arc<Mutex<HashMap<u32, Vertex>>>;

struct Vertex {
    name: String,
    neighbours: Vec<Graph>,
}

impl DeepSize for Vertex {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("name", &self.name);
        walker.field("neighbours", &self.neighbours);
    }
}

#[test]
fn eight_threads_measure_and_change_one_graph() {
    let graphs: Vec<Graph> = (0..16).map(|_| Graph::default()).collect();
    let end = Instant::now() + Duration::from_secs(1);
    let (report, reports) = mpsc::channel();
    thread::scope(|scope| {
        for thread in 0..8_usize {
            let (graphs, report) = (&graphs, report.clone());
            scope.spawn(move || {
                let (mut walks, mut round) = (0_usize, thread);
                while Instant::now() < end {
                    round = round.wrapping_mul(31).wrapping_add(7);
                    let (from, to) = (&graphs[round % 16], &graphs[round / 16 % 16]);
                    let vertex = Vertex { name: "v".repeat(round % 50), neighbours: vec![to.clone()] };
                    from.lock().expect("no thread panics").insert(round as u32 % 100, vertex);
                    let size = graphs.deep_size();
                    assert!(size >= size_of_val(graphs) + graphs.capacity() * size_of::<Graph>());
                    let sum = Sum::of(graphs);
                    assert!(sum.opaque.iter().all(|&reason| reason == Reason::Locked));
                    walks += 2;
                }
                report.send(walks).expect("the receiver is alive");
            });
        }
    });
    drop(report);
    let walks: Vec<usize> = reports.iter().collect();
    assert_eq!(walks.len(), 8);
    assert!(walks.iter().all(|&walks| walks > 0), "{walks:?}");
    for graph in &graphs {
        graph.lock().expect("no thread panicked").clear();
    }
}

#[test]
fn a_cell_of_an_owning_type_is_opaque() {
    assert_opaque(Reason::Cell, || std::cell::Cell::new(Some(String::from("unseen"))));
}
