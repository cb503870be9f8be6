//! The cost of a walk with an observer, over a plain walk.

use std::alloc::Layout;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::LinkedList;
use std::rc::Rc;
use std::sync::Mutex;

use deep_size::{DeepSize, Walker};

use crate::args::Args;
use crate::heap::{Age, Heap, Rng};
use crate::observers::{Cost, entrants};
use crate::workload::Kind;
use crate::workloads;

const COUNTS: [usize; 2] = [1_000, 100_000];

/// A walk that counts takes at most so many times as long as a plain one.
const GOAL: f64 = 4.0;

/// A row of texts.
#[derive(DeepSize)]
struct Texts {
    name: String,
    note: Option<String>,
    tags: Vec<String>,
    owner: String,
}

impl Texts {
    fn new(rng: &mut Rng, number: usize) -> Self {
        Self {
            name: rng.text(number),
            note: (rng.below(2) == 0).then(|| rng.text(number)),
            tags: (0..rng.below(4)).map(|_| rng.text(number)).collect(),
            owner: rng.text(number),
        }
    }
}

/// Reports its fields in a manual impl.
struct ByHand(Texts);

impl DeepSize for ByHand {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("name", &self.0.name);
        walker.field("note", &self.0.note);
        walker.field("tags", &self.0.tags);
        walker.field("owner", &self.0.owner);
    }
}

/// Reports its block itself.
struct Buffer(Box<[usize]>);

impl DeepSize for Buffer {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.allocation(self.0.as_ptr(), Layout::for_value(&*self.0), size_of_val(&*self.0));
    }
}

/// `true` if the goal is met by all; an error if there are none.
pub(crate) fn print(args: &Args) -> Result<bool, String> {
    let mut met = Vec::new();
    println!("\nA walk with an observer that counts blocks and bytes, over a plain walk\n");
    for (age, count) in Age::BOTH.into_iter().flat_map(|age| COUNTS.map(|count| (age, count))) {
        let heap = &mut Heap::new(age);
        let lists = heap.collect(count, |rng, number| vec![number; rng.below(8)]);
        met.extend(watch(args, "Vec<Vec<usize>>", age, &lists));
        let boxes = heap.collect(count, |rng, number| Box::new((rng.text(number), number)));
        met.extend(watch(args, "Vec<Box<(String, usize)>>", age, &boxes));
        let pairs = heap.collect(count, |rng, number| (rng.text(number), vec![rng.text(number)]));
        met.extend(watch(args, "Vec<(String, Vec<String>)>", age, &pairs));
        met.extend(watch(args, "Vec<struct of texts>", age, &heap.collect(count, Texts::new)));
        let by_hand = heap.collect(count, |rng, number| ByHand(Texts::new(rng, number)));
        met.extend(watch(args, "Vec<struct by hand>", age, &by_hand));
        let buffers = heap.collect(count, |rng, number| Buffer(vec![number; 1 + rng.below(8)].into()));
        met.extend(watch(args, "Vec<buffer by hand>", age, &buffers));
        let cells = heap.collect(count, |rng, number| Mutex::new(RefCell::new(rng.text(number))));
        met.extend(watch(args, "Vec<Mutex<RefCell<String>>>", age, &cells));
        let cows = heap.collect(count, |rng, number| Cow::<str>::Owned(rng.text(number)));
        met.extend(watch(args, "Vec<Cow<str>>", age, &cows));
        let texts = heap.collect(count, |rng, number| rng.text(number).into_boxed_str());
        met.extend(watch(args, "Vec<Box<str>>", age, &texts));
        let lists = heap.collect(count, |rng, number| LinkedList::from([rng.text(number), rng.text(number)]));
        met.extend(watch(args, "Vec<LinkedList<String>>", age, &lists));
        let handles = heap.collect(count, |rng, number| Rc::new(RefCell::new(vec![rng.text(number)])));
        met.extend(watch(args, "Vec<Rc<RefCell<Vec<String>>>>", age, &handles));
        for workload in workloads::all() {
            // What is flat is not looked at, and one small value takes as long as the call.
            if !matches!(workload.kind(), Kind::Flat | Kind::Tiny) && args.names(workload.name()) {
                met.push(print_cost(&workload.watch(count, age, args.effort), workload.name(), count, age));
            }
        }
    }
    if met.is_empty() { Err(args.nothing_named()) } else { Ok(met.into_iter().all(|met| met)) }
}

/// Nothing, unless a workload of this name is wanted.
fn watch<T: DeepSize>(args: &Args, name: &str, age: Age, value: &Vec<T>) -> Option<bool> {
    args.names(name).then(|| print_cost(&Cost::of(value, &entrants(), args.effort), name, value.len(), age))
}

/// Prints the cost of a workload; `true` if the goal is met.
fn print_cost(cost: &Cost, name: &str, count: usize, age: Age) -> bool {
    let Cost { ratios: [blocks, values], per_value } = cost;
    println!(
        "{} at most {GOAL}: {name:28} {count:>7} {age:5} {blocks:5.2}   each value by itself: {values:6.2}, {per_value:.1} ns a value",
        if *blocks <= GOAL { "pass   " } else { "MISSED " },
    );
    *blocks <= GOAL
}
