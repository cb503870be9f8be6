//! Runs each race in a new process, so that no race changes the heap of another.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::args::RaceArgs;
use crate::contender::Who;
use crate::heap::Age;
use crate::sample::Effort;
use crate::workload::{AnyWorkload, Race, Result};
use crate::workloads;

/// Runs a race in a new process of this program.
pub(crate) fn race(workload: &dyn AnyWorkload, count: usize, age: Age, effort: Effort) -> Race {
    let program = std::env::current_exe().expect("the program has a path");
    race_in(&program, workload, count, age, effort)
}

/// Runs a race in a new process of the given build.
pub(crate) fn race_in(
    program: &Path,
    workload: &dyn AnyWorkload,
    count: usize,
    age: Age,
    effort: Effort,
) -> Race {
    let mut command = Command::new(program);
    command.args(["race", workload.name(), &count.to_string(), &age.to_string()]);
    if effort.is_quick() {
        command.arg("--quick");
    }
    let output = command.stderr(Stdio::inherit()).output().expect("a program can start itself");
    assert!(output.status.success(), "{} × {count}, {age} heap: {}", workload.name(), output.status);
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    read(workload, count, age, &text).expect("the output is a race")
}

/// Runs the race in the new process, and returns its output.
pub(crate) fn run(args: &RaceArgs, effort: Effort) -> std::result::Result<String, String> {
    let RaceArgs { workload, count, age } = args;
    let workloads = workloads::all();
    let found = workloads.iter().find(|one| one.name() == workload);
    let workload = found.ok_or_else(|| format!("there is no workload `{workload}`"))?;
    Ok(write(&workload.race(*count, *age, effort)))
}

/// The true bytes in the first line, then a line for each contender.
fn write(race: &Race) -> String {
    let mut text = format!("{}\n", race.truth);
    for Result { who, bytes, estimates, times } in &race.results {
        let _ = write!(text, "{}\t{bytes}\t{estimates}", who.name());
        for time in times {
            let _ = write!(text, "\t{time}");
        }
        text.push('\n');
    }
    text
}

fn read(workload: &dyn AnyWorkload, count: usize, age: Age, text: &str) -> Option<Race> {
    let (truth, lines) = text.split_once('\n')?;
    let results = lines.lines().map(read_result).collect::<Option<_>>()?;
    let truth = truth.parse().ok()?;
    Some(Race { workload: workload.name(), kind: workload.kind(), count, age, truth, results })
}

fn read_result(line: &str) -> Option<Result> {
    let mut words = line.split('\t');
    let name = words.next()?;
    Some(Result {
        who: Who::ALL.into_iter().find(|who| who.name() == name)?,
        bytes: words.next()?.parse().ok()?,
        estimates: words.next()?.parse().ok()?,
        times: words.map(|time| time.parse().ok()).collect::<Option<_>>()?,
    })
}
