//! Small values of many kinds, without random hashers or numbers, so every run is equal.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::hint::black_box;
use std::sync::Arc;

use deep_size::{DeepSize, Observer, observe};

use crate::counted::deep_size_guard_counted;

type FixedMap<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

/// Names, and functions that build a value and measure it.
const WORKLOADS: [(&str, fn()); 22] = [
    ("String", || count(&text(0))),
    ("struct", || count(&Record::new(3))),
    ("pair of Arcs", || count(&(Arc::new(text(1)), Arc::new(text(2))))),
    ("pair of equal Arcs", || {
        let one = Arc::new(text(1));
        count(&(one.clone(), one));
    }),
    ("three shared Arcs", || {
        let three = [0, 1, 2].map(|number| Arc::new(text(number)));
        let [one, two, last] = three.clone();
        count(&(one, two, last));
    }),
    ("struct of Arcs", || count(&Entry { key: "key".into(), name: Arc::new(text(1)), version: 7 })),
    ("Vec<u64>", || count(&vec![0_u64; 1000])),
    ("Vec<String>", || count(&collect(text))),
    ("Vec<Vec<u32>>", || count(&collect(|number| vec![0_u32; number % 16]))),
    ("Vec<struct>", || count(&collect(Record::new))),
    ("HashMap<u64, u64>", || count(&map(|number| number as u64, |_| 0_u64))),
    ("HashMap<String, Vec<String>>", || count(&map(text, |number| vec![text(number); number % 4]))),
    ("BTreeMap<u64, u64>", || count(&(0..1000).map(|key| (key, key)).collect::<BTreeMap<u64, u64>>())),
    ("BTreeMap<String, Vec<u8>>", || {
        count(
            &(0..1000).map(|number| (text(number), vec![0; number % 64])).collect::<BTreeMap<_, Vec<u8>>>(),
        );
    }),
    ("tree of boxes", || count(&Tree::of_depth(9))),
    ("boxed list", || count(&(0..1000).fold(None, |next, value| Some(Box::new(Link { next, value }))))),
    ("Vec<Box<dyn Trait>>", || count(&collect(shape))),
    ("Vec<Arc<String>> unique", || count(&collect(|number| Arc::new(text(number))))),
    ("Vec<Arc<String>> shared 10x", || {
        let blocks: Vec<Arc<String>> = (0..100).map(|number| Arc::new(text(number))).collect();
        count(&collect(|number| blocks[number % 100].clone()));
    }),
    ("Vec<struct> observed", || count_observed(&collect(Record::new))),
    ("HashMap<String, Vec<String>> observed", || {
        count_observed(&map(text, |number| vec![text(number); number % 4]));
    }),
    ("boxed list observed", || {
        count_observed(&(0..1000).fold(None, |next, value| Some(Box::new(Link { next, value }))));
    }),
];

/// A typical cache entry.
#[derive(DeepSize)]
struct Entry {
    key: Arc<str>,
    name: Arc<String>,
    version: u64,
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    WORKLOADS.iter().map(|&(name, _)| name)
}

pub(crate) fn run(name: &str) {
    let (_, workload) =
        WORKLOADS.iter().find(|&&(known, _)| known == name).expect("the name is one of `names`");
    workload();
}

fn count<T: DeepSize>(value: &T) {
    black_box(deep_size_guard_counted(&mut || value.deep_size()));
}

fn count_observed<T: DeepSize>(value: &T) {
    black_box(deep_size_guard_counted(&mut || observe(value, &mut Blind)));
}

fn collect<T>(make: impl FnMut(usize) -> T) -> Vec<T> {
    (0..1000).map(make).collect()
}

fn map<K: Eq + std::hash::Hash, V>(key: impl Fn(usize) -> K, value: impl Fn(usize) -> V) -> FixedMap<K, V> {
    (0..1000).map(|number| (key(number), value(number))).collect()
}

fn text(number: usize) -> String {
    format!("{number:08}")
}

/// Ignores every event.
struct Blind;

impl Observer for Blind {}

#[derive(DeepSize)]
struct Record {
    id: u64,
    name: String,
    note: Option<String>,
    tags: Vec<String>,
    active: bool,
}

impl Record {
    fn new(number: usize) -> Self {
        Self {
            id: number as u64,
            name: text(number),
            note: (number.is_multiple_of(2)).then(|| text(number)),
            tags: vec![text(number); number % 4],
            active: true,
        }
    }
}

#[derive(DeepSize)]
struct Tree {
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

impl Tree {
    fn of_depth(depth: usize) -> Option<Box<Self>> {
        let below = depth.checked_sub(1)?;
        Some(Box::new(Self { left: Self::of_depth(below), right: Self::of_depth(below) }))
    }
}

#[derive(DeepSize)]
struct Link {
    next: Option<Box<Link>>,
    value: u64,
}

trait Shape: DeepSize {}

impl Shape for String {}
impl Shape for u64 {}
impl Shape for Record {}

fn shape(number: usize) -> Box<dyn Shape> {
    match number % 3 {
        0 => Box::new(text(number)),
        1 => Box::new(number as u64),
        _ => Box::new(Record::new(number)),
    }
}
