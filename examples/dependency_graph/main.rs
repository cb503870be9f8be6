//! Measures the dependency graph of a Cargo.lock: how large it is, where the bytes are, and how many of them sharing saves.
//!
//! ```text
//! cargo run --release --example dependency_graph -- [LOCK_FILE] [--all]
//!     [--format text|folded|dot|csv|json|pprof|heapsnapshot|html] [--output FILE] [--compare OLD.json]
//! ```
//!
//! By default it reads this repository's own lock file and prints a summary: the totals, the bytes that sharing saves, the tree of
//! paths, and the top of each table. `--all` prints the whole report. A long walk shows its progress on the terminal.
//!
//! The formats from `json` on, and `--compare`, need `--features exports`. `--compare` prints the changes since a report that
//! `--format json` wrote.
//!
//! An error is one line on standard error, with exit code 2. No half-written file is left behind.

mod arguments;
mod graph;
mod lock_file;
mod output;
mod text;

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

use deep_size::{Inspector, Report};

use arguments::{Arguments, Format};
use graph::Graph;

/// The output, whatever its format.
fn contents(arguments: &Arguments, graph: &Graph, report: &Report) -> Result<Vec<u8>, String> {
    if let Some(earlier) = &arguments.compare {
        return compare(arguments, report, earlier);
    }
    let mut out = Vec::new();
    let written = match arguments.format {
        Format::Text => {
            let text = text::describe(&arguments.lock_file, graph, report, arguments.all);
            return text.map(String::into_bytes).map_err(|error| format!("cannot write a report: {error}"));
        }
        Format::Folded => report.write_folded(&mut out),
        Format::Dot => report.write_dot(&mut out),
        Format::Csv => report.write_csv(&mut out),
        #[cfg(feature = "exports")]
        Format::Json => report.write_json(&mut out),
        #[cfg(feature = "exports")]
        Format::Pprof => report.write_pprof(&mut out),
        #[cfg(feature = "exports")]
        Format::Heapsnapshot => report.write_heapsnapshot(&mut out),
        #[cfg(feature = "exports")]
        Format::Html => report.write_html(&mut out),
        #[cfg(not(feature = "exports"))]
        _ => return Err(String::from("this format needs `--features exports`")),
    };
    written.map_err(|error| format!("cannot write a report: {error}"))?;
    Ok(out)
}

#[cfg(feature = "exports")]
fn compare(arguments: &Arguments, report: &Report, earlier: &Path) -> Result<Vec<u8>, String> {
    let file = fs::File::open(earlier).map_err(|error| format!("cannot read {earlier:?}: {error}"))?;
    let earlier = Report::read_json(io::BufReader::new(file))
        .map_err(|error| format!("{earlier:?} is not a report: {error}"))?;
    let diff = report.diff(&earlier);
    Ok(match arguments.format {
        Format::Json => diff.to_json(),
        _ => format!("{diff:#}"),
    }
    .into_bytes())
}

#[cfg(not(feature = "exports"))]
fn compare(_: &Arguments, _: &Report, _: &Path) -> Result<Vec<u8>, String> {
    Err(String::from("--compare needs `--features exports`"))
}

/// Makes a report, and shows the progress of a long walk on a terminal.
fn inspect(graph: &Graph) -> Report {
    let is_terminal = io::stderr().is_terminal();
    let mut has_printed = false;
    let report = Inspector::new()
        .on_progress(|progress| {
            if is_terminal {
                eprint!("\r{} values, {} MiB so far", progress.value_count, progress.size >> 20);
                has_printed = true;
            }
        })
        .inspect(graph);
    if has_printed {
        // Erases the line.
        eprint!("\r\x1b[K");
    }
    report
}

fn run() -> Result<(), String> {
    let Some(arguments) = Arguments::read()? else {
        return output::print(arguments::HELP.as_bytes()).map_err(|error| format!("cannot print: {error}"));
    };
    let path = &arguments.lock_file;
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))?;
    let graph: Graph = text.parse().map_err(|error| format!("{path:?} is not a valid lock file: {error}"))?;
    let contents = contents(&arguments, &graph, &inspect(&graph))?;
    match &arguments.output {
        Some(path) => {
            output::write(path, &contents).map_err(|error| format!("cannot write {path:?}: {error}"))
        }
        None if arguments.format == Format::Pprof && io::stdout().is_terminal() => {
            Err(String::from("a profile is binary: name a file with --output"))
        }
        None => output::print(&contents).map_err(|error| format!("cannot print: {error}")),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", output::visible(&message));
            ExitCode::from(2)
        }
    }
}
