//! Measures the dependency graph of a Cargo.lock: how large it is, where the bytes are, and what sharing saves.
//!
//! ```text
//! cargo run --release --example dependency_graph -- [path to a Cargo.lock]
//!     [--format text|json|folded|pprof|heapsnapshot|dot|csv|html] [--output FILE] [--compare OLD.json]
//! ```
//!
//! It prints a report: the tree of all paths with their bytes, the bytes by type, the largest values, and how much is shared; or
//! writes it in a format that another program opens. While a long walk is under way, a line on the terminal says how far it is.
//!
//! `--compare` prints what has changed since an earlier report, which `--format json` has written.
//!
//! Without a path it reads this repository's own lock file. What is wrong with the arguments or a file is told in one line on
//! standard error, with exit code 2, and no half-written file is left behind.

mod graph;
mod output;
mod text;

use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use deep_size::{Inspector, Report};

use graph::Graph;

/// Measures the dependency graph of a Cargo.lock.
#[derive(Debug, Parser)]
struct Arguments {
    /// The lock file; without it, that of this repository
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), hide_default_value = true)]
    lock_file: PathBuf,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write it, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Tell what has changed since this report, made by `--format json`; as text or JSON
    #[arg(long, value_name = "OLD.json")]
    compare: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A report for people
    Text,
    /// The report for programs, and for `--compare`
    Json,
    /// Stacks for inferno and speedscope
    Folded,
    /// A profile for `go tool pprof`, Pyroscope and Parca
    Pprof,
    /// A snapshot for the Memory tab of Chrome's DevTools
    Heapsnapshot,
    /// The graph of shared blocks, for Graphviz
    Dot,
    /// The bytes by type, for spreadsheets
    Csv,
    /// A page for any browser
    Html,
}

impl Arguments {
    /// Reads the arguments; whoever asks for help gets it here.
    fn read() -> Result<Self, String> {
        let arguments = Self::try_parse().map_err(|error| {
            if error.use_stderr() {
                return one_line(&error);
            }
            error.exit()
        })?;
        match (&arguments.compare, arguments.format) {
            (Some(_), format) if !matches!(format, Format::Text | Format::Json) => {
                Err(String::from("--compare writes text or json, and no other format"))
            }
            _ => Ok(arguments),
        }
    }
}

/// What is wrong, without how it would be right.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// What is to be written.
fn contents(arguments: &Arguments, graph: &Graph, report: &Report) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    if let Some(earlier) = &arguments.compare {
        let diff = report.diff(&read_report(earlier)?);
        return Ok(match arguments.format {
            Format::Json => diff.to_json(),
            _ => format!("{diff:#}"),
        }
        .into_bytes());
    }
    let written = match arguments.format {
        Format::Text => {
            let text = text::describe(&arguments.lock_file, graph, report);
            return text.map(String::into_bytes).map_err(|error| format!("cannot write a report: {error}"));
        }
        Format::Json => report.write_json(&mut out),
        Format::Folded => report.write_folded(&mut out),
        Format::Pprof => report.write_pprof(&mut out),
        Format::Heapsnapshot => report.write_heapsnapshot(&mut out),
        Format::Dot => report.write_dot(&mut out),
        Format::Csv => report.write_csv(&mut out),
        Format::Html => report.write_html(&mut out),
    };
    written.map_err(|error| format!("cannot write a report: {error}"))?;
    Ok(out)
}

fn read_report(path: &Path) -> Result<Report, String> {
    let file = File::open(path).map_err(|error| format!("cannot read {path:?}: {error}"))?;
    Report::read_json(&mut BufReader::new(file)).map_err(|error| format!("{path:?}: {error}"))
}

/// Makes a report; on a terminal a long walk says how far it is.
fn inspect(graph: &Graph) -> Report {
    let is_terminal = io::stderr().is_terminal();
    let mut told = false;
    let report = Inspector::new()
        .on_progress(|progress| {
            if is_terminal {
                eprint!("\r{} values, {} MiB so far", progress.value_count, progress.size >> 20);
                told = true;
            }
        })
        .inspect(graph);
    if told {
        // Back to the start, and erase the line.
        eprint!("\r\x1b[K");
    }
    report
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    let graph = Graph::new(&graph::load(&arguments.lock_file)?);
    let contents = contents(&arguments, &graph, &inspect(&graph))?;
    match &arguments.output {
        Some(path) => {
            output::write(path, &contents).map_err(|error| format!("cannot write {path:?}: {error}"))
        }
        None if arguments.format == Format::Pprof && io::stdout().is_terminal() => {
            Err(String::from("a profile is no text for a terminal: say where to write it with --output"))
        }
        None => output::print(&contents).map_err(|error| format!("cannot print: {error}")),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
