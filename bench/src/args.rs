//! The command line.

use crate::heap::Age;
use crate::sample::Effort;
use crate::workload::Kind;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Compares deep-size with its peers and with hand-written loops.

cargo run --release [-- COMMAND] [OPTION...]

Commands:
  (none)    the table of times and bytes, then the goals; in a debug build, the part that has to be fast there as well
  curves    cost per element from 10^3 to 10^7, and memory of the visited set
  report    time, growth and memory of a report
  ablations what each optimisation wins; with --check, only whether its code is where the ablation expects it
  compile   what the derive adds to the time of a build and to its code

Options:
  --write          write docs/comparison.md (table)
  --check          exit with 1 if a goal is missed (table, curves, report)
  --quick          fewer rounds, and the table once
  --large          10^7 elements as well, where that is cheap (table)
  --size N[,N...]  only these numbers of elements (table)
  --only TEXT      only workloads with this text in their names (table, ablations)

Instruction counts: cargo run --release -p deep-size-guard [-- --bless]";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Table,
    /// One race of the table, for the process that prints it.
    Race(RaceArgs),
    Curves,
    Compile,
    Report,
    Ablations,
    Help,
}

/// Which race: the name of a workload, how many elements, and on which heap.
#[derive(Debug)]
pub(crate) struct RaceArgs {
    pub(crate) workload: String,
    pub(crate) count: usize,
    pub(crate) age: Age,
}

/// The command line, understood.
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

    /// Whether a workload of this name is wanted.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| name.contains(only))
    }

    /// The error if no workload is.
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
