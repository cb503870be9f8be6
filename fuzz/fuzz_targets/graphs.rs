//! Fuzzes walks over nested containers with cycles of `Rc`, `Arc` and `Weak`. Compares every measurement with the allocator.
#![no_main]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::{self, Rc};
use std::sync::{self, Arc, Mutex};

use arbitrary::Unstructured;
use deep_size::{DeepSize, Report, Size, Tally, inspect};
use deep_size_fuzz::below;
use deep_size_track::{TrackingAllocator, thread};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[derive(DeepSize)]
enum Value {
    Number(u64),
    Text(String),
    Bytes(Box<[u8]>),
    Boxed(Box<Value>),
    List(Vec<Value>),
    Deque(VecDeque<Value>),
    Linked(LinkedList<Value>),
    Tree(BTreeMap<u16, Value>),
    Table(HashMap<u16, Value>),
    Numbers(BTreeSet<u64>),
    Set(HashSet<u32>),
    Heap(BinaryHeap<u16>),
    Cell(RefCell<Option<Box<Value>>>),
    Lock(Mutex<Vec<[u16; 3]>>),
    Dyn(Box<dyn DeepSize>),
    Opaque(Cell<Vec<u8>>),
    Rc(Rc<Node>),
    Arc(Arc<Node>),
    RcWeak(rc::Weak<Node>),
    ArcWeak(sync::Weak<Node>),
    RcText(Rc<str>),
    ArcList(Arc<[Value]>),
}

/// The contents of shared blocks, which may contain handles to their own block.
#[derive(DeepSize)]
struct Node {
    value: RefCell<Vec<Value>>,
    name: String,
}

/// The live nodes, so that cycles can be broken.
struct Alive;

const MOST_NODES: usize = 24;

thread_local! {
    static ALIVE: RefCell<Vec<*const Node>> = RefCell::new(Vec::with_capacity(2 * MOST_NODES));
}

impl Alive {
    fn add(node: &Node) {
        ALIVE.with_borrow_mut(|alive| alive.push(node));
    }

    /// Empties all nodes, which breaks their cycles.
    fn unlink() {
        let mut values = Vec::new();
        ALIVE.with_borrow(|alive| {
            // SAFETY: a node is added at its final address, and removed when it is dropped. Nothing is dropped here.
            alive.iter().for_each(|&node| values.push(unsafe { &*node }.value.take()));
        });
        drop(values);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let here: *const Self = self;
        ALIVE.with_borrow_mut(|alive| alive.retain(|&node| node != here));
    }
}

/// A value, and handles to all nodes.
#[derive(DeepSize)]
struct World {
    value: Value,
    pool: Vec<Value>,
}

impl World {
    #[expect(clippy::arc_with_non_send_sync, reason = "the values stay in one thread")]
    fn random(source: &mut Unstructured<'_>) -> Self {
        let mut pool: Vec<Value> = Vec::with_capacity(MOST_NODES);
        for at in 0..below(source, MOST_NODES) {
            let node = || Node { value: RefCell::default(), name: "x".repeat(at % 5) };
            pool.push(match below(source, 2) {
                0 => Value::Rc(Rc::new(node())),
                _ => Value::Arc(Arc::new(node())),
            });
            pool.last().and_then(Value::node).into_iter().for_each(Alive::add);
        }
        for at in 0..pool.len() {
            let values: Vec<Value> = (0..below(source, 4)).map(|_| Value::random(source, &pool, 2)).collect();
            if let Some(node) = pool[at].node() {
                node.value.borrow_mut().extend(values);
            }
        }
        let value = Value::random(source, &pool, 0);
        Self { value, pool }
    }
}

impl Value {
    fn node(&self) -> Option<&Node> {
        match self {
            Self::Rc(node) => Some(node),
            Self::Arc(node) => Some(node),
            _ => None,
        }
    }

    fn random(source: &mut Unstructured<'_>, pool: &[Self], depth: usize) -> Self {
        let kinds = if source.is_empty() || depth > 40 { 4 } else { 26 };
        let many = |source: &mut Unstructured<'_>| below(source, if depth < 4 { 20 } else { 4 });
        let list = |source: &mut Unstructured<'_>, many: usize| -> Vec<Self> {
            (0..many).map(|_| Self::random(source, pool, depth + 1)).collect()
        };
        let numbers = |source: &mut Unstructured<'_>| -> Vec<u16> {
            (0..below(source, 40)).map(|_| source.arbitrary().unwrap_or_default()).collect()
        };
        match below(source, kinds) {
            0 => Self::Number(7),
            1 => Self::Text(String::with_capacity(below(source, 100))),
            2 => Self::Bytes(vec![0; below(source, 100)].into()),
            3 => Self::RcText("x".repeat(below(source, 30)).into()),
            4 => Self::Boxed(Box::new(Self::random(source, pool, depth + 1))),
            5 => {
                let mut values = Vec::with_capacity(below(source, 8));
                let many = many(source);
                values.extend(list(source, many));
                Self::List(values)
            }
            6 => {
                let mut values = VecDeque::with_capacity(below(source, 8));
                for value in numbers(source) {
                    match value % 3 {
                        0 => values.push_front(Self::Number(1)),
                        1 => values.push_back(Self::random(source, pool, depth + 1)),
                        _ => drop(values.pop_front()),
                    }
                }
                Self::Deque(values)
            }
            7 => {
                let many = many(source);
                Self::Linked(list(source, many).into_iter().collect())
            }
            8 => {
                let mut map = BTreeMap::new();
                for key in numbers(source) {
                    match key % 4 {
                        0 => drop(map.remove(&(key / 4))),
                        _ => drop(map.insert(key / 4 % 64, Self::random(source, pool, depth + 1))),
                    }
                }
                // An emptied map may keep a hidden leaf.
                Self::Tree(if map.is_empty() { BTreeMap::new() } else { map })
            }
            9 => {
                let mut map = HashMap::with_capacity(below(source, 30));
                for key in numbers(source) {
                    match key % 8 {
                        0 => drop(map.remove(&(key / 8))),
                        1 => map.shrink_to_fit(),
                        _ => drop(map.insert(key / 8 % 64, Self::random(source, pool, depth + 1))),
                    }
                }
                Self::Table(map)
            }
            10 => {
                let mut set: BTreeSet<u64> = numbers(source).into_iter().map(u64::from).collect();
                let gone: BTreeSet<u64> = numbers(source).into_iter().map(u64::from).collect();
                set.retain(|number| !gone.contains(number));
                Self::Numbers(if set.is_empty() { BTreeSet::new() } else { set })
            }
            11 => Self::Set(numbers(source).into_iter().map(u32::from).collect()),
            12 => Self::Heap(numbers(source).into()),
            13 => Self::Cell(RefCell::new(Some(Box::new(Self::random(source, pool, depth + 1))))),
            14 => Self::Lock(Mutex::new(vec![[1; 3]; below(source, 9)])),
            15 => match below(source, 3) {
                0 => Self::Dyn(Box::new([1_u8; 3])),
                1 => Self::Dyn(Box::new(String::from("text"))),
                _ => Self::Dyn(Box::new(Self::random(source, pool, depth + 1))),
            },
            16 if below(source, 8) == 0 => Self::Opaque(Cell::new(vec![0; below(source, 9)])),
            16 => {
                let many = many(source);
                Self::ArcList(list(source, many).into())
            }
            kind => match (pool.get(below(source, pool.len())), kind % 2) {
                (Some(Self::Rc(node)), 0) => Self::Rc(node.clone()),
                (Some(Self::Rc(node)), _) => Self::RcWeak(Rc::downgrade(node)),
                (Some(Self::Arc(node)), 0) => Self::Arc(node.clone()),
                (Some(Self::Arc(node)), _) => Self::ArcWeak(Arc::downgrade(node)),
                _ => Self::RcWeak(rc::Weak::new()),
            },
        }
    }
}

fn live() -> i64 {
    thread().net_size()
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).expect("no value is that large")
}

/// Asserts that a report agrees with the walk, and that its parts add up.
fn checked_report(value: &(impl DeepSize + ?Sized)) -> Report {
    let before = live();
    let size = Size::of(value);
    assert_eq!(live(), before, "measuring leaves the heap unchanged");
    let report = inspect(value);
    assert_eq!((report.deep_size(), report.size()), (size.deep_size, size));
    assert_eq!(report.exclusive_size() + report.external_size() + report.cyclic_size(), size.deep_size);
    assert_eq!(report.nodes().map(|node| node.own_size()).sum::<usize>(), size.deep_size);
    assert_eq!(report.cycles().len() > 0, report.cyclic_size() > 0);
    report
}

/// Asserts that `size` is exact or a valid lower bound.
fn assert_size(size: Size, shallow: usize, allocated: i64) {
    let heap = signed(size.deep_size - shallow);
    if size.is_exact() {
        assert_eq!(heap, allocated);
    }
    assert!(heap <= allocated, "{heap} bytes measured, but {allocated} allocated");
    if let Some(most) = size.upper_bound() {
        assert!(allocated <= signed(most - shallow), "{allocated} allocated, but at most {most} measured");
    }
}

fuzz_target!(|data: &[u8]| {
    let source = &mut Unstructured::new(data);
    // Allocates on the first use.
    ALIVE.with_borrow_mut(Vec::clear);
    let start = live();
    let world = World::random(source);
    let allocated = live() - start;

    assert_size(Size::of(&world), size_of_val(&world), allocated);
    drop(checked_report(&world));
    let mut tally = Tally::new();
    let parts = tally.add(&world.value) + tally.add(&world.pool);
    assert_eq!(parts, tally.deep_size());
    assert_size(tally.size(), size_of_val(&world.value) + size_of_val(&world.pool), allocated);
    drop(tally);

    // A mutably borrowed part is opaque.
    if let Some(node) = world.pool.first().and_then(Value::node) {
        let in_use = node.value.borrow_mut();
        assert_size(Size::of(&world), size_of_val(&world), allocated);
        assert!(Size::of(&world).opaque_part_count > 0);
        drop(in_use);
    }

    // Only the value is dropped. Some handles are held outside.
    let World { value, mut pool } = world;
    pool.retain(|_| below(source, 3) == 0);
    let report = checked_report(&value);
    let predicted = signed(report.exclusive_size() - size_of_val(&value));
    let (uncertain, is_exact) = (signed(report.uncertain_size()), report.is_exact());
    drop(report);
    let before = live();
    drop(value);
    let freed = before - live();
    if is_exact {
        assert!((freed - predicted).abs() <= uncertain, "{freed} freed, {predicted} ± {uncertain} predicted");
    } else {
        assert!(
            freed >= predicted - uncertain,
            "{freed} freed, at least {predicted} - {uncertain} predicted"
        );
    }
    Alive::unlink();
    drop(pool);
    assert_eq!(live(), start, "nothing is leaked");
});
