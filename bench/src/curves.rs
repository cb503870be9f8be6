//! The cost per element by size, and the memory of the visited set per shared block.

use std::sync::Arc;

use deep_size::Tally;

use crate::alloc;
use crate::args::Args;
use crate::heap::Age;
use crate::{apart, workloads};

const COUNTS: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Workloads small enough for the largest size.
const WORKLOADS: [&str; 6] = [
    "Vec<u64>",
    "BTreeMap<u64, u64>",
    "Vec<String>",
    "tree of boxes",
    "Vec<Arc<String>> unique",
    "Vec<Arc<String>> shared 10x",
];

/// Returns `true` if the set meets its goal.
pub(crate) fn print(args: &Args) -> Result<bool, String> {
    per_element(args);
    Ok(per_shared_block())
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
            let race = apart::race(workload.as_ref(), count, Age::Fresh, args.effort);
            let per_element = |time: f64| time / count as f64;
            let peer = race.fastest_peer().map_or(f64::NAN, |peer| per_element(peer.time()));
            print!(" {:>8.3} {peer:>8.3}", per_element(race.ours().time()));
        }
        println!();
    }
}

/// Measures the visited set just before and just after it grows.
fn per_shared_block() -> bool {
    println!("\nBytes of the visited set per shared block: at the end, and at the peak\n");
    println!("{:>9} {:>8} {:>8}", "blocks", "kept", "peak");
    let mut worst = 0.0_f64;
    // The set grows when half of its table is full.
    for count in [1_000, 10_000, 100_000, 1_000_000].into_iter().flat_map(|count: usize| {
        let full = count.next_power_of_two() / 2;
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
    let met = worst <= 32.0;
    println!("{} at most 32 kept: {worst:.1}", if met { "pass    " } else { "MISSED  " });
    met
}
