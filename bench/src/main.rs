//! Compares `deep-size` with its peers and with hand-written loops.
//!
//! `cargo run --release -- --help`, in this folder, lists the commands.
//!
//! All contenders of a row take turns in one process. Results are medians of the ratios within each round, so noise affects
//! both sides. Each row of the table has a new process, because earlier rows leave holes in the heap. All rows run in five
//! passes (with `--quick` in one). The quietest run of each row counts. A counting allocator gives the true bytes.

mod ablations;
mod alloc;
mod apart;
mod args;
mod census;
mod comparison;
mod compile;
mod contender;
mod curves;
mod goals;
mod heap;
mod machine;
mod report;
mod sample;
mod table;
mod workload;
mod workloads;

use std::iter;
use std::process::ExitCode;
use std::thread;

use crate::args::{Args, Command, HELP};
use crate::heap::Age;
use crate::workload::{AnyWorkload, Kind, Race};

/// Enough for the peers that recurse: each of 10^6 links of a list needs some hundred bytes.
const STACK: usize = 1 << 30;

fn main() -> ExitCode {
    let work = || {
        let args = Args::parse(std::env::args().skip(1))?;
        let met = run(&args)?;
        Ok(if args.check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    };
    let thread = thread::Builder::new().stack_size(STACK).spawn(work).expect("the thread starts");
    let code: Result<ExitCode, String> = thread.join().expect("the thread does not panic");
    code.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(2)
    })
}

/// Returns `false` if the command misses a goal.
fn run(args: &Args) -> Result<bool, String> {
    match &args.command {
        Command::Table => return compare(args),
        Command::Curves => return curves::print(args),
        Command::Ablations if args.check => return ablations::check(),
        Command::Ablations => return ablations::print(args),
        Command::Report => return Ok(report::print(args)),
        Command::Census => return Ok(census::print(args)),
        Command::Race(race) => print!("{}", apart::run(race, args.effort)?),
        Command::Compile => compile::print(),
        Command::Help => println!("{HELP}"),
    }
    Ok(true)
}

/// Prints the table. Returns `false` if a goal is missed.
fn compare(args: &Args) -> Result<bool, String> {
    let workloads = workloads::all();
    let races = races(args, &workloads);
    if races.is_empty() {
        return Err(args.nothing_named());
    }
    table::print(&races, &workloads);
    let met = goals::print(&races);
    if args.write {
        comparison::write(&races, &workloads, args.effort.passes);
    }
    Ok(met)
}

/// Runs all races in several passes, and selects the quietest run of each. Each pass covers all races, because disturbances
/// by other programs last longer than a race.
fn races(args: &Args, workloads: &[Box<dyn AnyWorkload>]) -> Vec<Race> {
    let passes = args.effort.passes;
    let mut runs: Vec<_> = (0..passes).map(|_| pass(args, workloads).into_iter()).collect();
    let rows = iter::from_fn(|| runs.iter_mut().map(Iterator::next).collect::<Option<Vec<Race>>>());
    // A product, because the slower one would dominate a sum.
    let noise = |race: &Race| race.ours().time() * race.fastest_peer().unwrap_or(race.ours()).time();
    rows.filter_map(|runs| runs.into_iter().min_by(|one, other| noise(one).total_cmp(&noise(other))))
        .collect()
}

fn pass(args: &Args, workloads: &[Box<dyn AnyWorkload>]) -> Vec<Race> {
    let mut races = Vec::new();
    for workload in workloads.iter().filter(|workload| is_wanted(args, workload.as_ref())) {
        for &count in &args.counts(workload.kind()) {
            for age in ages(workload.kind()) {
                eprintln!("{} × {count}, {age} heap", workload.name());
                races.push(apart::race(workload.as_ref(), count, age, args.effort));
            }
        }
    }
    races
}

fn is_wanted(args: &Args, workload: &dyn AnyWorkload) -> bool {
    let is_fast_in_debug = matches!(workload.kind(), Kind::Flat | Kind::FlatTree);
    args.names(workload.name()) && (is_fast_in_debug || !cfg!(debug_assertions))
}

fn ages(kind: Kind) -> Vec<Age> {
    if kind == Kind::Tiny { vec![Age::Fresh] } else { Age::BOTH.to_vec() }
}
