//! Compares `deep-size` with its peers and with hand-written loops.
//!
//! `cargo run --release -- --help`, in this folder, lists what it can do.
//!
//! All contenders run in one process, taking turns, and what counts is the median of the ratios within the rounds, so
//! that noise hits both sides. Each row of the table has a new process, so that its heap is what it says: in the one
//! that earlier rows left, a fresh vector would lie in holes. All rows are run five times (with `--quick` once), one pass after
//! another, and the run counts in which we and the fastest peer took the least time together. The truth is what a counting allocator saw.

mod ablations;
mod alloc;
mod apart;
mod args;
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

/// Room for the peers that recurse without end: 10^6 links of a list need some hundred bytes each.
const STACK: usize = 1 << 30;

fn main() -> ExitCode {
    let work = || {
        let args = Args::parse(std::env::args().skip(1))?;
        let met = run(&args)?;
        Ok(if args.check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    };
    let thread = thread::Builder::new().stack_size(STACK).spawn(work).expect("threads can be made");
    let code: Result<ExitCode, String> = thread.join().expect("the thread prints what went wrong");
    code.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(2)
    })
}

/// `true` if all goals are met that the command decides.
fn run(args: &Args) -> Result<bool, String> {
    match &args.command {
        Command::Table => return compare(args),
        Command::Curves => return curves::print(args),
        Command::Ablations if args.check => return ablations::check(),
        Command::Ablations => return ablations::print(args),
        Command::Report => return Ok(report::print(args)),
        Command::Race(race) => print!("{}", apart::run(race, args.effort)?),
        Command::Compile => compile::print(),
        Command::Help => println!("{HELP}"),
    }
    Ok(true)
}

/// Prints the table; `true` if all goals are met.
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

/// The races, each run in several passes, of which the one counts in which we and the fastest peer took the least time together: then the
/// machine was most its own. A pass goes through all of them, for a machine that others use as well is slow for a minute rather than for a race.
fn races(args: &Args, workloads: &[Box<dyn AnyWorkload>]) -> Vec<Race> {
    let passes = args.effort.passes;
    let mut runs: Vec<_> = (0..passes).map(|_| pass(args, workloads).into_iter()).collect();
    let rows = iter::from_fn(|| runs.iter_mut().map(Iterator::next).collect::<Option<Vec<Race>>>());
    // Their product, or the slower of the two would decide.
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
