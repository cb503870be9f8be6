//! A census of ten roots, compared with walks over the same values one by one.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deep_size::census::Budget;
use deep_size::registry::Registry;
use deep_size::{DeepSize, Observer, Tally};

use crate::args::Args;
use crate::sample::median;

/// The values of all roots together.
const VALUES: usize = 10_000_000;

const ROUNDS: usize = 5;

/// The most time of a census, as a multiple of walks one by one.
const GOAL: f64 = 1.5;

#[derive(DeepSize)]
struct Record {
    id: u64,
    name: String,
    /// One of a thousand texts that all roots share.
    kind: Arc<str>,
    tags: Vec<Box<u32>>,
}

type Root = Arc<dyn DeepSize + Send + Sync>;

/// Returns `true` if the figures meet all goals.
pub(crate) fn print(args: &Args) -> bool {
    let values = if args.effort.is_quick() { VALUES / 10 } else { VALUES };
    let roots = roots(values / 10);
    let registry = Registry::new();
    for (number, root) in roots.iter().enumerate() {
        registry.register(format!("group/{number}"), root);
    }
    let mut names = ["census", "census with a budget", "deep_size", "Tally", "observed"];
    let mut budget = Budget::default();
    budget.total = Some(Duration::from_secs(3600));
    let measures: [&dyn Fn() -> usize; 5] = [
        &|| registry.census().deep_size(),
        &|| registry.census_within(budget).deep_size(),
        &|| roots.iter().map(|root| root.deep_size()).sum(),
        &|| {
            let mut tally = Tally::new();
            roots.iter().for_each(|root| _ = tally.add(root));
            tally.deep_size()
        },
        &|| {
            let mut tally = Tally::new();
            roots.iter().for_each(|root| _ = tally.add_observed(root, &mut Blind));
            tally.deep_size()
        },
    ];
    let mut times = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        for (measure, times) in measures.iter().zip(&mut times) {
            let begin = Instant::now();
            black_box(measure());
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
    }
    let times = times.map(median);
    println!("{values} values in {} roots\n", roots.len());
    names.iter_mut().zip(&times).for_each(|(name, time)| println!("{name:20} {time:9.1} ms"));
    println!();
    let mut met = goal("census / deep_size one by one", times[0] / times[2], GOAL);
    met &= goal("census / observed walks one by one", times[0] / times[4], GOAL);
    met & goal("registering a root, in microseconds", register(), 1.0)
}

fn goal(name: &str, figure: f64, most: f64) -> bool {
    let met = figure <= most;
    println!("{} at most {most}: {name} {figure:.2}", if met { "pass    " } else { "MISSED  " });
    met
}

/// The time to register a root, in microseconds.
fn register() -> f64 {
    const ROOTS: usize = 100_000;

    let values: Vec<_> = (0..ROOTS).map(Arc::new).collect();
    let registry = Registry::new();
    let begin = Instant::now();
    values.iter().for_each(|value| registry.register("values", value));
    begin.elapsed().as_secs_f64() * 1e6 / ROOTS as f64
}

/// Ten roots of different types, each with about this many values that may own memory.
fn roots(values: usize) -> Vec<Root> {
    let text = |number: usize| format!("{number:08}");
    let kinds: Vec<Arc<str>> = (0..1000).map(|number| text(number).into()).collect();
    let record = |number: usize| Record {
        id: number as u64,
        name: text(number),
        kind: kinds[number % kinds.len()].clone(),
        tags: (0..number % 3).map(|tag| Box::new(tag as u32)).collect(),
    };
    // A record has five values on average.
    let records = |number: usize| -> Vec<Record> { (number..number + values / 5).map(record).collect() };
    let shared: Vec<Arc<String>> = (0..values / 4).map(|number| Arc::new(text(number))).collect();
    vec![
        Arc::new(records(0)),
        Arc::new(records(7).into_iter().map(|record| (record.id, record)).collect::<HashMap<_, _>>()),
        Arc::new(records(9).into_iter().map(|record| (record.id, record)).collect::<BTreeMap<_, _>>()),
        Arc::new((0..values).map(text).collect::<Vec<_>>()),
        Arc::new((0..values / 2).map(|number| (text(number), text(number))).collect::<HashMap<_, _>>()),
        Arc::new((0..values / 2).map(|number| Arc::new(text(number))).collect::<Vec<_>>()),
        Arc::new(shared.iter().chain(&shared).cloned().collect::<Vec<_>>()),
        Arc::new(shared),
        Arc::new((0..values / 2).map(|number| Some(Box::new(number))).collect::<Vec<_>>()),
        Arc::new((0..values / 4).map(|number| vec![text(number); 3]).collect::<Vec<_>>()),
    ]
}

struct Blind;

impl Observer for Blind {}
