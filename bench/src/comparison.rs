//! Writes `docs/comparison.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::contender::Who;
use crate::goals;
use crate::machine;
use crate::table::{STACK, dash, deviation, duration};
use crate::workload::{AnyWorkload, Kind, Race};

/// The number of elements in the table of bytes.
const TYPICAL: usize = 100_000;

pub(crate) fn write(races: &[Race], workloads: &[Box<dyn AnyWorkload>], passes: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/comparison.md");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("the repository is writable");
    }
    fs::write(&path, text(races, workloads, passes)).expect("the repository is writable");
    println!("wrote docs/comparison.md");
}

fn text(races: &[Race], workloads: &[Box<dyn AnyWorkload>], passes: usize) -> String {
    let mut text =
        String::from("# Comparison\n\n<!-- Written by `cargo run --release -- --write` in `bench`. -->\n\n");
    let _ = writeln!(text, "Measured on: {}.\n", machine::describe());
    versions(&mut text);
    method(&mut text, passes);
    bytes(&mut text, races);
    times(&mut text, races);
    summary(&mut text, races);
    goals(&mut text, races);
    absent(&mut text, workloads);
    text
}

fn versions(text: &mut String) {
    let packages = ["deep-size", "deepsize", "get-size2", "mem_dbg", "allocative"];
    let versions = packages.map(|package| format!("`{package}` {}", machine::version(package)));
    let _ = writeln!(text, "Versions: {}.\n", versions.join(", "));
}

fn method(text: &mut String, passes: usize) {
    text.push_str(
        "- `get-size2` is called with its `StandardTracker`. *Plain* is its `get_size`, which counts shared blocks\n  \
           repeatedly. It is shown only for values without sharing.\n\
         - `mem_dbg` is called with `CAPACITY | FOLLOW_RCS`, `allocative` through `size_of_unique`.\n\
         - *By hand* is a loop that sums the same bytes without a framework. Nodes of B-trees are omitted, because a\n  \
           simple loop cannot size them. For `BTreeMap<u64, u64>` the loop only reads each key.\n\
         - On a *fresh* heap, blocks are in the order of the walk. On an *aged* heap, they were allocated among other\n  \
           blocks and shuffled, and some were freed. Each row runs in its own process.\n",
    );
    if passes > 1 {
        let _ = writeln!(
            text,
            "- Each row runs {passes} times, minutes apart. The run shown is the quietest: the product of the times of\n  \
             `deep-size` and the fastest peer is least."
        );
    }
    if machine::ALIGNED {
        text.push_str(
            "- Every function of the program, including the peers', begins at a cache line. This reduces random differences\n  \
             between loops.\n",
        );
    }
    let _ = writeln!(text, "- {STACK}\n");
}

/// Accuracy at one size, a row for each workload.
fn bytes(text: &mut String, races: &[Race]) {
    let who = [Who::Ours, Who::Deepsize, Who::GetSize2, Who::MemDbg, Who::Allocative];
    text.push_str("## Bytes\n\nThe deviation from the bytes that the allocator counted. A figure with ~ is an estimate, made without reading the elements.\n\n");
    text.push_str("| value | heap | true bytes |");
    head(text, &who);
    for race in races.iter().filter(|race| race.count == TYPICAL || race.kind == Kind::Tiny) {
        let _ = write!(text, "| {} | {} | {} |", value(race), race.age, race.truth);
        for who in who {
            let _ = write!(text, " {} |", deviation(race, who));
        }
        text.push('\n');
    }
    text.push('\n');
}

/// Times, a row for each race.
fn times(text: &mut String, races: &[Race]) {
    text.push_str("## Time\n\nMedian time of a call. The fastest is in bold, except loops by hand and estimates (~).\n\n");
    text.push_str("| value | elements | heap |");
    head(text, &Who::ALL);
    for race in races {
        let fastest = race
            .fastest_peer()
            .filter(|peer| race.ours().ratio(peer) > 1.0)
            .map_or(Who::Ours, |peer| peer.who);
        let _ = write!(text, "| {} | {} | {} |", value(race), race.count, race.age);
        for who in Who::ALL {
            let time = race.of(who).map_or_else(dash, |result| {
                format!("{}{}", if result.estimates { "~" } else { "" }, duration(result.time()))
            });
            let _ = if who == fastest { write!(text, " **{time}** |") } else { write!(text, " {time} |") };
        }
        text.push('\n');
    }
    text.push('\n');
}

fn head(text: &mut String, columns: &[Who]) {
    for who in columns {
        let _ = write!(text, " {who} |");
    }
    let _ = writeln!(text, "\n| --- | --- | --: |{}", " --: |".repeat(columns.len()));
}

/// The number of rows won, tied and lost.
fn summary(text: &mut String, races: &[Race]) {
    let ratios: Vec<(&Race, f64)> =
        races.iter().filter_map(|race| Some((race, race.peer_ratio()?))).collect();
    let (lost, rest): (Vec<_>, Vec<_>) = ratios.iter().partition(|(_, ratio)| *ratio > 1.05);
    let (even, won): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(_, ratio)| *ratio >= 0.95);
    let _ = writeln!(
        text,
        "`deep-size` is faster than the fastest peer in {} of {} rows, equal within 5 % in {}, and slower in {}.\n\
         The geometric mean of the time ratios to the fastest peer is {:.2}.\n",
        won.len(),
        ratios.len(),
        even.len(),
        lost.len(),
        goals::mean(races),
    );
    if !lost.is_empty() {
        text.push_str("A peer is faster at:\n\n");
    }
    for (race, ratio) in &lost {
        let peer = race.fastest_peer().map_or_else(dash, |peer| peer.who.to_string());
        let _ = writeln!(
            text,
            "- {}, {} elements, {} heap: {peer}, by {ratio:.2}×",
            value(race),
            race.count,
            race.age
        );
    }
    if !lost.is_empty() {
        text.push('\n');
    }
}

/// Known reasons for missed goals.
const REASONS: &str = "\
- A flat `BTreeMap` is read key by key. The walk also compares addresses. In a cached map, this adds up to a fifth to a bare loop.\n\
- A row near its limit misses it in some runs. Other programs on the machine take cache lines and memory bandwidth. Loops of one \
  nanosecond per round also depend on their alignment.\n";

/// The goals, the rows that miss them, and the reasons.
fn goals(text: &mut String, races: &[Race]) {
    text.push_str(
        "## Goals\n\nEach goal with the number of rows that meet it, and the figures of the rows that miss it.\n\n",
    );
    for outcome in goals::outcomes(races) {
        let _ = write!(text, "- {}: {}", outcome.text, outcome.passed());
        let mut workload = "";
        for (race, figure) in &outcome.missed {
            if race.workload != workload {
                workload = race.workload;
                let _ = write!(text, "; {}", value(race));
            }
            let _ = write!(text, " {} {} {figure:.2}", race.count, race.age);
        }
        text.push('\n');
    }
    for (goal, figure) in goals::means(races) {
        let _ = writeln!(text, "- {goal}: {figure:.2}");
    }
    let _ = writeln!(text, "\nReasons for the misses:\n\n{REASONS}");
}

/// The peers without support for a workload.
fn absent(text: &mut String, workloads: &[Box<dyn AnyWorkload>]) {
    text.push_str("## Unsupported values\n\n");
    for workload in workloads {
        for (who, reason) in workload.absent() {
            let _ = writeln!(text, "- {}: {who} {reason}.", code(workload.name()));
        }
    }
}

fn value(race: &Race) -> String {
    code(race.workload)
}

/// Formats type names as code.
fn code(name: &str) -> String {
    match name.split_once('>') {
        Some(_) => {
            let end = name.rfind('>').map_or(name.len(), |end| end + 1);
            format!("`{}`{}", &name[..end], &name[end..])
        }
        None => name.to_owned(),
    }
}
