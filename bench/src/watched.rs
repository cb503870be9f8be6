//! What it costs that somebody watches, over a plain walk.

use deep_size::{Allocation, DeepSize, Detail, FlatRun, Meeting, Node, Observer, Tally, Totals};

use crate::args::Args;
use crate::contender::Who;
use crate::heap::{Age, Heap};
use crate::sample::{self, Effort, Entrant};
use crate::workload::Kind;
use crate::workloads;

const COUNTS: [usize; 2] = [1_000, 100_000];

/// A walk that counts takes at most so many times as long as a plain one.
const GOAL: f64 = 4.0;

/// Counts blocks and their bytes, as fast as can be.
#[derive(Default)]
struct Blocks {
    totals: Totals,
}

impl Observer for Blocks {
    fn detail(&self) -> Detail {
        Detail::Totals
    }

    fn totals(&mut self, totals: &Totals) {
        self.totals += *totals;
    }
}

/// Counts values and blocks, and is told of each by itself.
#[derive(Default)]
struct Values {
    values: usize,
    blocks: usize,
}

impl Observer for Values {
    fn enter(&mut self, _: &Node) {
        self.values += 1;
    }

    fn flat(&mut self, run: &FlatRun) {
        self.values += run.count;
    }

    fn allocation(&mut self, _: &Allocation) {
        self.blocks += 1;
    }

    fn shared(&mut self, meeting: &Meeting) {
        self.blocks += usize::from(meeting.counted);
    }
}

/// A plain walk, one that counts blocks, and one that is told of each value, which says how many those are.
pub(crate) fn entrants<T: DeepSize>() -> [Entrant<T>; 3] {
    let blocks = |value: &T| {
        let mut counter = Blocks::default();
        Tally::new().add_observed(value, &mut counter);
        std::hint::black_box(counter.totals.blocks) + counter.totals.bytes
    };
    let values = |value: &T| {
        let mut counter = Values::default();
        Tally::new().add_observed(value, &mut counter);
        std::hint::black_box(counter.blocks);
        counter.values
    };
    [
        Entrant::new(Who::Ours, |value: &T| value.deep_size()),
        Entrant::new(Who::Ours, blocks),
        Entrant::new(Who::Ours, values),
    ]
}

/// What watching a value costs.
pub(crate) struct Cost {
    /// Times as long as a plain walk: one that counts blocks, and one that is told of each value.
    pub(crate) ratios: [f64; 2],
    /// Nanoseconds for each value that is told.
    pub(crate) per_value: f64,
}

impl Cost {
    pub(crate) fn of<T>(value: &T, entrants: &[Entrant<T>; 3], effort: Effort) -> Self {
        let times = sample::rounds(value, entrants, effort);
        let ratio = |index: usize| {
            sample::median(times[index].iter().zip(&times[0]).map(|(watched, plain)| watched / plain).collect())
        };
        let per_value = sample::median(times[2].clone()) / (entrants[2].measure)(value) as f64;
        Self { ratios: [ratio(1), ratio(2)], per_value }
    }

    fn print(&self, name: &str, count: usize, age: Age) {
        let Self { ratios: [blocks, values], per_value } = self;
        println!(
            "{} at most {GOAL}: {name:28} {count:>7} {age:5} {blocks:5.2}   each value by itself: {values:6.2}, {per_value:.1} ns a value",
            if *blocks <= GOAL { "pass   " } else { "MISSED " },
        );
    }
}

pub(crate) fn print(args: &Args) {
    println!("\nA walk with an observer that counts blocks and bytes, over a plain walk\n");
    for (age, count) in Age::BOTH.into_iter().flat_map(|age| COUNTS.map(|count| (age, count))) {
        let heap = &mut Heap::new(age);
        let lists = heap.collect(count, |rng, number| vec![number; rng.below(8)]);
        watch(args, "Vec<Vec<usize>>", age, &lists);
        let boxes = heap.collect(count, |rng, number| Box::new((rng.text(number), number)));
        watch(args, "Vec<Box<(String, usize)>>", age, &boxes);
        let pairs = heap.collect(count, |rng, number| (rng.text(number), vec![rng.text(number)]));
        watch(args, "Vec<(String, Vec<String>)>", age, &pairs);
        for workload in workloads::all() {
            // What is flat is not looked at, and one small value takes as long as the call.
            if !matches!(workload.kind(), Kind::Flat | Kind::Tiny) && args.names(workload.name()) {
                workload.watch(count, age, args.effort).print(workload.name(), count, age);
            }
        }
    }
}

fn watch<T: DeepSize>(args: &Args, name: &str, age: Age, value: &Vec<T>) {
    if args.names(name) {
        Cost::of(value, &entrants(), args.effort).print(name, value.len(), age);
    }
}
