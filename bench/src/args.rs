//! The command line.

use crate::heap::Age;
use crate::sample::Effort;
use crate::workload::Kind;

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Table,
    /// One race of the table, for the process that prints it.
    Race(RaceArgs),
    Curves,
    Watched,
    Compile,
    Report,
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
                "watched" => args.command = Command::Watched,
                "compile" => args.command = Command::Compile,
                "report" => args.command = Command::Report,
                "race" => {
                    let (workload, count, age) = (next()?, size(&next()?)?, next()?.parse()?);
                    args.command = Command::Race(RaceArgs { workload, count, age });
                }
                "--quick" => args.effort = Effort::QUICK,
                "--check" => args.check = true,
                "--write" => args.write = true,
                "--large" => args.large = true,
                "--only" => args.only = Some(next()?),
                "--size" => args.sizes = Some(next()?.split(',').map(size).collect::<Result<_, _>>()?),
                _ => {
                    return Err(format!("unknown argument `{word}`; the program's documentation lists them"));
                }
            }
        }
        Ok(args)
    }

    /// Whether a workload of this name is wanted.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| name.contains(only))
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
