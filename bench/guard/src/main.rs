//! Counts the instructions that measuring takes, and holds them against those of `bench/instructions.txt`.
//!
//! | command, in the folder `bench` | what it does |
//! | --- | --- |
//! | `cargo run --release -p deep-size-guard` | fails if a workload takes over 3 % more instructions than is written down |
//! | `cargo run --release -p deep-size-guard -- --bless` | writes down what they take now |
//!
//! Needs `valgrind`. Instructions depend on the compiler and the processor's family: with others than those that the
//! file names, the counts are printed and nothing is compared.

mod workloads;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// By how much, in percent, a count may exceed the one written down.
const TOLERANCE: f64 = 3.0;

/// The function whose instructions are counted, by its name in the program.
const COUNTED: &str = "deep_size_guard_counted";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["run", name] => {
            workloads::run(name);
            ExitCode::SUCCESS
        }
        ["--bless"] => report(bless()),
        [] => report(compare()),
        _ => report(Err("usage: deep-size-guard [--bless]".to_owned())),
    }
}

fn report(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Calls the closure; what happens in here is what valgrind counts.
#[inline(never)]
#[unsafe(no_mangle)]
fn deep_size_guard_counted(measure: &mut dyn FnMut() -> usize) -> usize {
    black_box(measure())
}

fn compare() -> Result<(), String> {
    let written =
        fs::read_to_string(file()).map_err(|error| format!("instructions.txt: {error}; --bless makes it"))?;
    let mut lines = written.lines();
    let is_same = lines.next() == Some(&*heading());
    if !is_same {
        println!("instructions.txt was written by another compiler; nothing is compared");
    }
    let before = |name: &str| {
        let mut words = written.lines().filter_map(|line| line.rsplit_once(' '));
        words
            .find(|&(written, _)| written.trim_end() == name)
            .and_then(|(_, count)| count.parse::<u64>().ok())
    };
    let mut failures = Vec::new();
    for name in workloads::names() {
        let count = instructions(name)?;
        let note = match before(name) {
            _ if !is_same => String::new(),
            None => {
                failures.push(name);
                "not in instructions.txt".to_owned()
            }
            Some(before) => {
                let change = 100.0 * (count as f64 / before as f64 - 1.0);
                if change > TOLERANCE {
                    failures.push(name);
                }
                let advice = if change < -TOLERANCE { "; --bless writes the improvement down" } else { "" };
                format!("{change:+.1} %{advice}")
            }
        };
        println!("{name:32} {count:>9} {note}");
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("more instructions than before, or new (--bless accepts them): {}", failures.join(", ")))
}

fn bless() -> Result<(), String> {
    let mut text = heading() + "\n";
    for name in workloads::names() {
        let line = format!("{name:32} {:>9}", instructions(name)?);
        println!("{line}");
        text += &line;
        text.push('\n');
    }
    fs::write(file(), text).map_err(|error| format!("instructions.txt: {error}"))
}

/// What the counts depend on.
fn heading() -> String {
    format!("# {}, {}", env!("RUSTC_VERSION"), std::env::consts::ARCH)
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../instructions.txt")
}

/// The instructions that one call of the workload takes, in a process of its own.
fn instructions(name: &str) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(program)
        .args(["run", name])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let collected =
        log.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    match collected.and_then(|count| count.parse().ok()) {
        Some(0) | None => Err(format!("valgrind counted nothing for {name}:\n{log}")),
        Some(count) => Ok(count),
    }
}
