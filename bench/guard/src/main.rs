//! Counts the instructions of measuring, and compares them with `bench/instructions.txt`.
//!
//! | command, in the folder `bench` | effect |
//! | --- | --- |
//! | `cargo run --release -p deep-size-guard` | compares the counts with the file |
//! | `cargo run --release -p deep-size-guard -- --bless` | writes the counts to the file |
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | no workload takes over 3 % more instructions than the file records |
//! | 1 | a workload takes more or is missing in the file, a line names no workload, or a program or file failed |
//! | 3 | nothing was compared, because the file is from another compiler or processor family; the last line begins with `SKIPPED:` |
//!
//! `cargo run` returns the same code. Without `--quiet`, it adds a line after a code other than 0.
//!
//! Counting needs `valgrind`. Instructions depend on the compiler and the processor family, so the file names both.

mod comparison;
mod counted;
mod workloads;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use comparison::Outcome;

/// The exit code of a run that compared nothing.
const SKIPPED: u8 = 3;

/// The symbol of the function whose instructions are counted.
const COUNTED: &str = "deep_size_guard_counted";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["run", name] => {
            workloads::run(name);
            ExitCode::SUCCESS
        }
        ["--bless"] => report(bless().map_or_else(Outcome::Failed, |()| Outcome::Passed)),
        [] => report(compare()),
        _ => report(Outcome::Failed("usage: deep-size-guard [--bless]".to_owned())),
    }
}

fn report(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Failed(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        Outcome::Skipped(message) => {
            println!("{message}");
            ExitCode::from(SKIPPED)
        }
    }
}

fn compare() -> Outcome {
    let written = match fs::read_to_string(file()) {
        Ok(written) => written,
        Err(error) => return Outcome::Failed(format!("instructions.txt: {error}; create it with --bless")),
    };
    let names: Vec<&str> = workloads::names().collect();
    comparison::compare(&written, &heading(), &names, instructions, |line| println!("{line}"))
}

fn bless() -> Result<(), String> {
    let mut text = heading() + "\n";
    for name in workloads::names() {
        let line = comparison::line(name, instructions(name)?);
        println!("{line}");
        text += &line;
        text.push('\n');
    }
    fs::write(file(), text).map_err(|error| format!("instructions.txt: {error}"))
}

/// The compiler and processor family, on which the counts depend.
fn heading() -> String {
    format!("# {}, {}", env!("RUSTC_VERSION"), std::env::consts::ARCH)
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../instructions.txt")
}

/// The instructions of one call of the workload, in a new process.
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
