//! The blocks by class, path and line.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::classify::Verdict;
use super::paths::Paths;
use super::{Class, Coverage, Estimate};
use crate::snapshot::{By, Group, Key, Snapshot, Trace};
use crate::symbols::{Origin, UNKNOWN};
use crate::table::{Cell, Table};

/// The live blocks of one class, one path and one line. Made by [`Coverage::rows`].
///
/// It is printed as `4.7 MiB in 6,000 blocks of 820 B from src/http/read.rs:41`, without the path.
#[derive(Clone, Copy, Debug)]
pub struct CoverageRow<'c>(pub(super) &'c RowData);

#[derive(Clone, Debug)]
pub(super) struct RowData {
    pub(super) class: Class,
    pub(super) path: String,
    pub(super) again: Option<String>,
    pub(super) line: Line,
    pub(super) estimate: Estimate,
    /// `None` if the blocks differ.
    pub(super) block_size: Option<usize>,
}

/// The code that allocated a block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Line {
    pub(super) key: Key,
    pub(super) package: Arc<str>,
    pub(super) origin: Origin,
}

impl<'c> CoverageRow<'c> {
    /// The class of the blocks.
    pub fn class(self) -> Class {
        self.0.class
    }

    /// The name of the root and the path in it, without indexes: `cache.entries[].body`. Empty if no value claims the blocks.
    ///
    /// A value inside another one of its type has the path of the outer one, as in a list.
    pub fn path(self) -> &'c str {
        &self.0.path
    }

    /// The path of the second claim, if the blocks are claimed twice.
    pub fn again(self) -> Option<&'c str> {
        self.0.again.as_deref()
    }

    /// The line that allocated the blocks, like a row of [`Snapshot::statistics`].
    pub fn line(self) -> Group<'c> {
        self.0.line.key.group()
    }

    /// The crate of the line, by its name in code: `serde_json`. The standard library's, if the trace has no function of the
    /// program. Empty if it is unknown.
    pub fn crate_name(self) -> &'c str {
        &self.0.line.package
    }

    /// The amount of the blocks.
    pub fn estimate(self) -> Estimate {
        self.0.estimate
    }

    /// The size in bytes of each block, if all have the same. Boxed values of one type do.
    pub fn block_size(self) -> Option<usize> {
        self.0.block_size
    }
}

/// The rows of all blocks. Call it untracked, and drop the result untracked.
pub(super) fn rows(snapshot: &Snapshot, verdicts: &[Verdict], paths: &Paths<'_>) -> Vec<RowData> {
    let mut lines: HashMap<Line, usize> = HashMap::new();
    // The blocks are in the order of their sites.
    let mut last = None;
    let mut groups: HashMap<_, (Estimate, Option<usize>)> = HashMap::new();
    for (block, verdict) in snapshot.blocks().zip(verdicts) {
        let record = block.record();
        let line = match last {
            Some((site, line)) if site == record.site => line,
            _ => {
                let next = lines.len();
                *lines.entry(Line::of(block.trace())).or_insert(next)
            }
        };
        last = Some((record.site, line));
        let [owner, again] =
            [verdict.owner, verdict.again].map(|place| place.map(|place| paths.of_place(place)));
        match groups.entry((verdict.class, owner, again, line)) {
            Entry::Vacant(group) => {
                group.insert((Estimate::of(record), Some(record.size)));
            }
            Entry::Occupied(mut group) => {
                let (estimate, size) = group.get_mut();
                estimate.add(Estimate::of(record));
                *size = size.filter(|&size| size == record.size);
            }
        }
    }
    let mut by_number: Vec<(usize, Line)> = lines.into_iter().map(|(line, number)| (number, line)).collect();
    by_number.sort_unstable_by_key(|&(number, _)| number);
    let row =
        |((class, owner, again, line), (estimate, block_size)): ((_, Option<u32>, Option<u32>, usize), _)| {
            let text = |path: Option<u32>| path.map(|path| paths.text(path));
            let line = by_number[line].1.clone();
            RowData {
                class,
                path: text(owner).unwrap_or_default(),
                again: text(again),
                line,
                estimate,
                block_size,
            }
        };
    let mut rows: Vec<RowData> = groups.into_iter().map(row).collect();
    rows.sort_unstable_by(|one, other| {
        let place = |row: &RowData| (row.class, Reverse(row.estimate.amount));
        let names = (&one.path, &one.again, &one.line);
        place(one).cmp(&place(other)).then_with(|| names.cmp(&(&other.path, &other.again, &other.line)))
    });
    rows
}

/// All rows as a table. Call it untracked.
pub(super) fn table(coverage: &Coverage) -> Table {
    const COLUMNS: &str =
        "class,path,second_path,crate,kind,name,bytes,blocks,bytes_error,blocks_error,block_bytes";
    let row = |row: CoverageRow<'_>| {
        let Estimate { amount, size_error, blocks_error } = row.estimate();
        let [kind, name] = row.line().cells();
        let figures = [Some(amount.size), Some(amount.blocks)].into_iter();
        let errors = [size_error, blocks_error].map(|error| Some(error.ceil() as u64));
        let figures = figures.chain(errors).chain([row.block_size().map(|size| size as u64)]);
        [
            Cell::Text(row.class().to_string()),
            Cell::Text(row.path().into()),
            row.again().map_or(Cell::Empty, |again| Cell::Text(again.into())),
            Cell::Text(row.crate_name().into()),
            kind,
            name,
        ]
        .into_iter()
        .chain(figures.map(Cell::from))
        .collect()
    };
    let snapshot = &coverage.inner.snapshot;
    Table {
        columns: COLUMNS.into(),
        rows: coverage.rows().map(row).collect(),
        facts: vec![
            ("sampling_interval", snapshot.sampling_interval().into()),
            ("lost_blocks", Some(snapshot.lost_count()).into()),
        ],
    }
}

impl Line {
    fn of(trace: Trace<'_>) -> Self {
        let Some(frame) = trace.frames().next() else {
            return Self { key: Key::Crate(UNKNOWN.into()), package: "".into(), origin: Origin::Unknown };
        };
        let (key, origin) = (Key::of(frame, By::Line), frame.origin());
        // A function of the program may be among the missing ones.
        let is_known = origin == Origin::Program || (origin == Origin::Std && !trace.is_truncated());
        if is_known {
            Self { key, package: frame.symbol().package.clone(), origin }
        } else {
            Self { key, package: "".into(), origin: Origin::Unknown }
        }
    }
}
