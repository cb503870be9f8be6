//! How the cost grows: per element, per shared block met, and with somebody watching.

use std::sync::Arc;

use deep_size::{Allocation, DeepSize, Detail, FlatRun, LeafRun, Meeting, Node, Observer, Tally};

use crate::alloc;
use crate::args::Args;
use crate::contender::Who;
use crate::heap::{Age, Heap};
use crate::sample::{self, Entrant};
use crate::workloads;

const COUNTS: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// The workloads whose elements are small enough for the largest size.
const WORKLOADS: [&str; 6] = [
    "Vec<u64>",
    "BTreeMap<u64, u64>",
    "Vec<String>",
    "tree of boxes",
    "Vec<Arc<String>> unique",
    "Vec<Arc<String>> shared 10x",
];

pub(crate) fn print(args: &Args) {
    per_element(args);
    per_shared_block();
    observed(args);
}

fn per_element(args: &Args) {
    println!("Nanoseconds per element, fresh heap: ours, and the fastest peer's\n");
    print!("{:29}", "workload");
    COUNTS.iter().for_each(|count| print!(" {count:>17}"));
    println!();
    for workload in workloads::all().iter().filter(|workload| WORKLOADS.contains(&workload.name())) {
        print!("{:29}", workload.name());
        for count in COUNTS {
            eprintln!("{} × {count}", workload.name());
            let race = workload.race(count, Age::Fresh, args.effort);
            let per_element = |time: f64| time / count as f64;
            let peer = race.fastest_peer().map_or(f64::NAN, |peer| per_element(peer.time()));
            print!(" {:>8.3} {peer:>8.3}", per_element(race.ours().time()));
        }
        println!();
    }
}

/// The set of shared blocks, at sizes where it has just grown and where it is about to.
fn per_shared_block() {
    println!("\nBytes of the set per shared block met: kept at the end, and at the most\n");
    println!("{:>9} {:>8} {:>8}", "blocks", "kept", "peak");
    let mut worst = 0.0_f64;
    // The table of the set is full at seven eighths of a power of two.
    for count in [1_000, 10_000, 100_000, 1_000_000].into_iter().flat_map(|count: usize| {
        let full = count.next_power_of_two() / 8 * 7;
        [count, full, full + 1]
    }) {
        let blocks: Vec<Arc<u64>> = (0..count).map(|number| Arc::new(number as u64)).collect();
        let handles = [blocks.clone(), blocks];
        let before = alloc::live();
        let mut tally = Tally::new();
        let (_, peak) = alloc::peak_of(|| tally.add(&handles));
        let per_block = |bytes: isize| bytes as f64 / count as f64;
        let kept = per_block(alloc::live() - before);
        println!("{count:>9} {kept:>8.1} {:>8.1}", per_block(peak));
        worst = worst.max(kept);
    }
    println!("{} at most 24 kept: {worst:.1}", if worst <= 24.0 { "pass    " } else { "MISSED  " });
}

/// Counts blocks and their bytes, as fast as can be.
#[derive(Default)]
struct Blocks {
    blocks: usize,
    bytes: usize,
}

impl Observer for Blocks {
    fn detail(&self) -> Detail {
        Detail::Blocks
    }

    fn run(&mut self, run: &LeafRun) {
        self.blocks += run.blocks;
        self.bytes += run.heap;
    }

    fn allocation(&mut self, block: &Allocation) {
        self.blocks += 1;
        self.bytes += block.layout.size();
    }

    fn shared(&mut self, meeting: &Meeting) {
        if meeting.counted {
            self.blocks += 1;
            self.bytes += meeting.block.layout.size();
        }
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

fn observed(args: &Args) {
    println!("\nA walk with an observer that counts blocks and bytes, over a plain walk\n");
    for age in Age::BOTH {
        let heap = &mut Heap::new(age);
        let strings = heap.collect(100_000, |rng, number| rng.text(number));
        watch(args, "Vec<String>", age, &strings);
        let lists = heap.collect(100_000, |rng, number| vec![number; rng.below(8)]);
        watch(args, "Vec<Vec<usize>>", age, &lists);
        let boxes = heap.collect(100_000, |rng, number| Box::new((rng.text(number), number)));
        watch(args, "Vec<Box<(String, usize)>>", age, &boxes);
        let pairs = heap.collect(100_000, |rng, number| (rng.text(number), vec![rng.text(number)]));
        watch(args, "Vec<(String, Vec<String>)>", age, &pairs);
    }
}

fn watch<T: DeepSize>(args: &Args, name: &str, age: Age, value: &T) {
    let blocks = |value: &T| {
        let mut counter = Blocks::default();
        Tally::new().add_observed(value, &mut counter);
        std::hint::black_box(counter.blocks) + counter.bytes
    };
    let values = |value: &T| {
        let mut counter = Values::default();
        Tally::new().add_observed(value, &mut counter);
        std::hint::black_box(counter.blocks) + counter.values
    };
    let entrants = [
        Entrant::new(Who::Ours, |value: &T| value.deep_size()),
        Entrant::new(Who::Ours, blocks),
        Entrant::new(Who::Ours, values),
    ];
    let times = sample::rounds(value, &entrants, args.effort);
    let ratio = |index: usize| {
        sample::median(times[index].iter().zip(&times[0]).map(|(watched, plain)| watched / plain).collect())
    };
    let mut counter = Values::default();
    Tally::new().add_observed(value, &mut counter);
    let per_value = sample::median(times[2].clone()) / counter.values as f64;
    println!(
        "{} at most 4: {name:28} {age:5} {:5.2}   each value by itself: {:5.2}, {per_value:.1} ns a value",
        if ratio(1) <= 4.0 { "pass    " } else { "MISSED  " },
        ratio(1),
        ratio(2),
    );
}
