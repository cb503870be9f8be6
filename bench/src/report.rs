//! The cost of a report: time relative to a plain walk, growth, and memory.

use std::hint::black_box;

use deep_size::{DeepSize, inspect};

use crate::alloc;
use crate::args::Args;
use crate::contender::Who;
use crate::heap::{Age, Heap, Rng};
use crate::sample::{self, Entrant};
use crate::workloads::Record;

/// The limit of a report's time divided by a plain walk's. Applies to the structs of the first workload.
const MOST: f64 = 12.0;

/// The limit of the peak memory while a report is made.
const MOST_BYTES: isize = 1 << 20;

#[derive(DeepSize)]
struct List {
    value: u64,
    next: Option<Box<List>>,
}

/// Prints the table. Returns `false` if a goal is missed.
pub(crate) fn print(args: &Args) -> bool {
    let mut met = true;
    println!(
        "Report divided by plain walk; nanoseconds per element of the plain walk and of the report; peak bytes of the report\n"
    );
    for count in [10_000, 100_000, 1_000_000] {
        for age in Age::BOTH {
            let heap = &mut Heap::new(age);
            let records = heap.collect(count, Record::new);
            // Smaller vectors fit into the caches, where a plain walk takes almost no time.
            let most = (count == 1_000_000).then_some(MOST);
            met &= compare(args, "Vec<struct>", count, age, &records, most);
        }
    }
    let count = 1_000_000;
    let heap = &mut Heap::new(Age::Fresh);
    let strings = heap.collect(count, Rng::text);
    compare(args, "Vec<String>", count, Age::Fresh, &strings, None);
    drop(strings);
    let pairs = heap.collect(count, |rng, number| (rng.text(number), vec![rng.text(number)]));
    compare(args, "Vec<(String, Vec<String>)>", count, Age::Fresh, &pairs, None);
    drop(pairs);
    let mut list = List { value: 0, next: None };
    for value in 1..count as u64 {
        list = List { value, next: Some(Box::new(list)) };
    }
    compare(args, "list", count, Age::Fresh, &list, None);
    assert_eq!(list.value, count as u64 - 1);
    // A loop, because the drop glue would overflow the stack.
    while let Some(next) = list.next.take() {
        list = *next;
    }
    met
}

fn compare<T: DeepSize>(
    args: &Args,
    name: &str,
    count: usize,
    age: Age,
    value: &T,
    most: Option<f64>,
) -> bool {
    let (report, peak) = alloc::peak_of(|| inspect(value));
    assert_eq!(report.deep_size(), value.deep_size(), "the walks agree");
    drop(report);
    let plain = |value: &T| value.deep_size();
    let entrants = [
        Entrant::new(Who::Ours, plain),
        Entrant::new(Who::Ours, |value: &T| black_box(inspect(value)).deep_size()),
    ];
    let times = sample::rounds(value, &entrants, args.effort);
    let ratios = times[1].iter().zip(&times[0]).map(|(report, plain)| report / plain);
    let ratio = sample::median(ratios.collect());
    let each = |times: &[f64]| sample::median(times.to_vec()) / count as f64;
    let is_met = most.is_none_or(|most| ratio <= most && peak <= MOST_BYTES);
    let verdict = match most {
        Some(_) if is_met => "pass",
        Some(_) => "MISSED",
        None => "",
    };
    let (plain, report) = (each(&times[0]), each(&times[1]));
    println!("{verdict:6} {name:28} {count:>9} {age:5} {ratio:6.2} {plain:7.2} {report:7.2} {peak:>9}");
    is_met
}
