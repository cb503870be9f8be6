//! The command line.

use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt as _;

pub(crate) const HELP: &str = "\
Measures the dependency graph of a Cargo.lock.

Usage: dependency_graph [OPTIONS] [LOCK_FILE]

LOCK_FILE is this repository's Cargo.lock by default.

      --all               print every node and every row of the tables
      --format <FORMAT>   write text (default), folded, dot or csv;
                          with `--features exports` also json, pprof, heapsnapshot or html
      --output <FILE>     write to a file instead of standard output
      --compare <OLD>     print the changes since a report that `--format json` wrote, as text or json
  -h, --help              print this help
";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) lock_file: PathBuf,
    pub(crate) all: bool,
    pub(crate) format: Format,
    pub(crate) output: Option<PathBuf>,
    pub(crate) compare: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    /// Stacks for inferno and speedscope.
    Folded,
    /// The graph of shared blocks, for Graphviz.
    Dot,
    /// The bytes by type, for spreadsheets.
    Csv,
    /// The report for programs, and for `--compare`.
    Json,
    /// A profile for `go tool pprof`, Pyroscope and Parca.
    Pprof,
    /// A snapshot for the Memory tab of Chrome's DevTools.
    Heapsnapshot,
    /// A page for any browser.
    Html,
}

impl Format {
    const NAMES: [(&str, Self); 8] = [
        ("text", Self::Text),
        ("folded", Self::Folded),
        ("dot", Self::Dot),
        ("csv", Self::Csv),
        ("json", Self::Json),
        ("pprof", Self::Pprof),
        ("heapsnapshot", Self::Heapsnapshot),
        ("html", Self::Html),
    ];

    fn of_name(name: &str) -> Result<Self, String> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, format)| *format).ok_or_else(|| {
            let names = Self::NAMES.map(|(known, _)| known).join(", ");
            format!("unknown format `{name}`, expected one of {names}")
        })
    }
}

impl Arguments {
    /// Reads the arguments; `None` if they ask for help.
    pub(crate) fn read() -> Result<Option<Self>, String> {
        let arguments = Self::parse(lexopt::Parser::from_env()).map_err(|error| error.to_string())?;
        match &arguments {
            Some(Self { compare: Some(_), format, .. }) if !matches!(format, Format::Text | Format::Json) => {
                Err(String::from("--compare writes text or json"))
            }
            _ => Ok(arguments),
        }
    }

    fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let (mut lock_file, mut format) = (None, Format::Text);
        let (mut all, mut output, mut compare) = (false, None, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("all") => all = true,
                Long("format") => format = Format::of_name(&parser.value()?.string()?)?,
                Long("output") => output = Some(parser.value()?.into()),
                Long("compare") => compare = Some(parser.value()?.into()),
                Value(path) if lock_file.is_none() => lock_file = Some(path.into()),
                _ => return Err(argument.unexpected()),
            }
        }
        let lock_file = lock_file.unwrap_or_else(our_lock_file);
        Ok(Some(Self { lock_file, all, format, output, compare }))
    }
}

/// The lock file of this repository, which is two folders up.
fn our_lock_file() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).unwrap_or(folder).join("Cargo.lock")
}
