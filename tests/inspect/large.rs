//! Reports on large random values fit on a screen.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

use deep_size::{DeepSize, Inspector, Report, inspect};

use crate::fastrand;

/// The random numbers of a value, and handles on its parts.
struct Source {
    next: Box<dyn FnMut() -> usize>,
    /// One in this many optional fields has contents.
    rarity: usize,
    /// Handles that outlive the value.
    outside: Vec<Rc<str>>,
    cycles: Vec<Rc<Ring>>,
}

impl Source {
    fn number(&mut self, limit: usize) -> usize {
        // Most numbers are small.
        let bits = (self.next)() % limit.ilog2() as usize;
        (self.next)() % (2 << bits)
    }

    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        ((self.next)() % self.rarity == 0).then(|| make(self))
    }
}

trait Random {
    fn random(source: &mut Source) -> Self;
}

#[derive(DeepSize, Default)]
struct Ring {
    next: RefCell<Option<Rc<Ring>>>,
    bytes: Vec<u8>,
}

/// Has a part for each section of a report.
#[derive(DeepSize)]
struct Leaf {
    texts: Vec<String>,
    spare: Vec<u16>,
    opaque: Cell<Option<Box<u8>>>,
    bounded: HashMap<usize, u8>,
    shared: Vec<Rc<str>>,
    ring: Option<Rc<Ring>>,
    pointer: *const u8,
    nothing: (),
}

impl Random for Leaf {
    fn random(source: &mut Source) -> Self {
        let mut bounded: HashMap<_, _> = (0..source.number(100)).map(|key| (key, 0)).collect();
        bounded.retain(|key, _| key % 3 == 0);
        let text: Rc<str> = "x".repeat(source.number(1000)).into();
        source.outside.push(text.clone());
        let ring = source.some(|source| {
            let ring = Rc::new(Ring { bytes: vec![0; source.number(1000)], ..Ring::default() });
            *ring.next.borrow_mut() = Some(ring.clone());
            source.cycles.push(ring.clone());
            ring
        });
        Self {
            texts: (0..source.number(20)).map(|_| "x".repeat(source.number(100))).collect(),
            spare: Vec::with_capacity(source.number(1000)),
            opaque: Cell::default(),
            bounded,
            shared: vec![text; source.number(4)],
            ring,
            pointer: ptr::null(),
            nothing: (),
        }
    }
}

macro_rules! levels {
    ($($name:ident of $inner:ty)*) => {$(
        #[derive(DeepSize)]
        struct $name {
            first: Option<Box<$inner>>,
            second: Option<$inner>,
            third: Vec<$inner>,
            fourth: Result<Box<$inner>, String>,
            fifth: [Option<Box<$inner>>; 2],
            sixth: (Option<Box<$inner>>, Option<Rc<$inner>>),
        }

        impl Random for $name {
            fn random(source: &mut Source) -> Self {
                Self {
                    first: source.some(|source| Box::new(<$inner>::random(source))),
                    second: source.some(<$inner>::random),
                    third: (0..source.number(4)).filter_map(|_| source.some(<$inner>::random)).collect(),
                    fourth: source.some(|source| Box::new(<$inner>::random(source))).ok_or_else(String::new),
                    fifth: [None, source.some(|source| Box::new(<$inner>::random(source)))],
                    sixth: (None, source.some(|source| Rc::new(<$inner>::random(source)))),
                }
            }
        }
    )*};
}

levels! { One of Leaf  Two of One  Three of Two  Four of Three  Five of Four }

/// Inspects random values of up to tens of thousands of nodes.
fn for_each_random_report(mut check: impl FnMut(Report)) {
    for seed in 1..=20 {
        let mut source = Source {
            next: Box::new(fastrand(seed * 0x9E37_79B9)),
            rarity: 1 + seed as usize % 4,
            outside: Vec::new(),
            cycles: Vec::new(),
        };
        let value = (Three::random(&mut source), source.some(Five::random));
        check(Inspector::new().max_nodes(50_000).inspect(&value));
        check(inspect(&value.0));
        source.cycles.iter().for_each(|ring| drop(ring.next.take()));
    }
}

#[test]
fn a_report_has_at_most_40_lines_of_at_most_100_columns() {
    let mut longest = 0;
    for_each_random_report(|report| {
        let text = report.to_string();
        assert!(text.lines().count() <= 40, "{} lines:\n{text}", text.lines().count());
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        longest = longest.max(text.lines().count());
    });
    assert!(longest > 35, "{longest} lines");
}

#[test]
fn lines_of_the_tree_have_names_and_bytes() {
    for_each_random_report(|report| {
        let text = report.to_string();
        let tree = text.split("\n\n").nth(1).expect("the report has a tree");
        for (figures, name) in tree.lines().filter_map(|line| line.rsplit_once("─ ")) {
            assert!(!figures.trim_start().starts_with("0 B"), "{text}");
            assert!(
                name.starts_with(|first: char| first.is_alphanumeric() || ":[…".contains(first)),
                "{text}"
            );
        }
    });
}

#[test]
fn the_smallest_share_alone_decides_if_it_was_set() {
    let value = {
        let mut source =
            Source { next: Box::new(fastrand(7)), rarity: 1, outside: Vec::new(), cycles: Vec::new() };
        let value = Two::random(&mut source);
        source.cycles.iter().for_each(|ring| drop(ring.next.take()));
        value
    };
    let lines = |share| {
        let text = Inspector::new().min_share(share).inspect(&value).to_string();
        text.split("\n\n").nth(1).map_or(0, |tree| tree.lines().count())
    };
    let counts = [0.5, 0.1, 0.01, 0.001, 0.0].map(lines);
    assert!(counts.is_sorted() && counts[3] > 100, "{counts:?}");
}
