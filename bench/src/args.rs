//! The command line.

use crate::heap::Age;
use crate::sample::Effort;
use crate::workload::Kind;

/// The output of `--help`.
pub(crate) const HELP: &str = "\
Compares deep-size with its peers and with hand-written loops.

cargo run --release [-- COMMAND] [OPTION...]

Commands:
  (none)    the table of times and bytes, then the goals; in a debug build, only the rows with goals there
  curves    cost per element from 10^3 to 10^7, and memory of the visited set
  report    time, growth and memory of a report
  census    time of a census of ten roots against walks one by one, and time to register a root
  ablations the gain of each optimisation; with --check, only whether the edits still apply
  compile   build time and code size that the derive adds

Options:
  --write          write docs/comparison.md (table)
  --check          exit with 1 if a goal is missed (table, curves, report, census)
  --quick          fewer rounds, and one pass over the table
  --large          adds 10^7 elements for cheap workloads (table)
  --size N[,N...]  only these numbers of elements (table)
  --only TEXT      only workloads with this text in their names (table, ablations)

Instruction counts: cargo run --release -p deep-size-guard [-- --bless]";

#[derive(Debug)]
pub(crate) enum Command {
    Table,
    /// One race of the table, in a child of the process that prints it.
    Race(RaceArgs),
    Curves,
    Compile,
    Report,
    Census,
    Ablations,
    Help,
}

/// A race: the workload's name, the number of elements, and the heap.
#[derive(Debug)]
pub(crate) struct RaceArgs {
    pub(crate) workload: String,
    pub(crate) count: usize,
    pub(crate) age: Age,
}

/// The parsed command line.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) command: Command,
    pub(crate) effort: Effort,
    /// Fail if a goal is missed.
    pub(crate) check: bool,
    /// Write `docs/comparison.md`.
    pub(crate) write: bool,
    /// Only the workloads whose name contains this.
    pub(crate) only: Option<String>,
    large: bool,
    sizes: Option<Vec<usize>>,
}

impl Args {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            command: Command::Table,
            effort: Effort::FULL,
            check: false,
            write: false,
            only: None,
            large: false,
            sizes: None,
        };
        while let Some(word) = words.next() {
            let mut next = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "curves" => args.command = Command::Curves,
                "compile" => args.command = Command::Compile,
                "report" => args.command = Command::Report,
                "census" => args.command = Command::Census,
                "ablations" => args.command = Command::Ablations,
                "race" => {
                    let (workload, count, age) = (next()?, size(&next()?)?, next()?.parse()?);
                    args.command = Command::Race(RaceArgs { workload, count, age });
                }
                "--help" | "-h" => args.command = Command::Help,
                "--quick" => args.effort = Effort::QUICK,
                "--check" => args.check = true,
                "--write" => args.write = true,
                "--large" => args.large = true,
                "--only" => args.only = Some(next()?),
                "--size" => args.sizes = Some(next()?.split(',').map(size).collect::<Result<_, _>>()?),
                _ => {
                    return Err(format!("unknown argument `{word}`; `--help` lists them"));
                }
            }
        }
        Ok(args)
    }

    /// Whether `--only` selects a workload of this name.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| name.contains(only))
    }

    /// The error if `--only` selects no workload.
    pub(crate) fn nothing_named(&self) -> String {
        format!("no workload has `{}` in its name", self.only.as_deref().unwrap_or_default())
    }

    /// The sizes at which a workload of this kind is measured.
    pub(crate) fn counts(&self, kind: Kind) -> Vec<usize> {
        if kind == Kind::Tiny {
            return vec![1];
        }
        if let Some(sizes) = &self.sizes {
            return sizes.clone();
        }
        let mut counts = vec![1_000, 100_000, 1_000_000];
        if self.large && matches!(kind, Kind::Flat | Kind::FlatTree | Kind::Cheap) {
            counts.push(10_000_000);
        }
        counts
    }
}

fn size(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("`{word}` is not a size"))
}
