use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use deep_size_format::folded_frame;

use super::attribution::Owners;
use super::blocks::{self};
use super::frame::write_frame;
use super::notes::Notes;
use super::rows::{RankedRows, Row, Sums};
use super::{Ages, Figures, Frame, Metric, Snapshot};
use crate::hash::AddressHasher;
use crate::record::Record;
use crate::sites::SiteSums;
use crate::symbols::UNKNOWN;
use crate::table::Cell;
use crate::visible::Visible;

/// The grouping of traces in [`Statistics`](super::Statistics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// The line that allocates, or the function if the line is unknown.
    Line,
    /// The function that allocates.
    Function,
    /// The file that allocates, or the crate if the file is unknown.
    File,
    /// The crate that allocates.
    Crate,
    /// The whole call stack.
    Trace,
    /// The name of the thread that allocated, or last resized, the block. The rows count live blocks only, also as their total.
    ///
    /// Needs a snapshot that was [taken with blocks](super::Snapshot::take_with_blocks). For names, see
    /// [`LiveBlock::thread_name`](super::LiveBlock::thread_name).
    Thread,
}

/// The line, function, file, crate or trace that a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
#[non_exhaustive]
pub enum Group<'s> {
    /// A line of a file.
    Line {
        /// The [short path](Frame::short_file) of the file.
        file: &'s str,
        /// The line, from 1; 0 if it is unknown.
        line: u32,
    },
    /// A function. If only the last part of its path is known, its file follows: `parse (src/a.rs)`.
    Function(&'s str),
    /// The [short path](Frame::short_file) of a file.
    File(&'s str),
    /// A crate, or `<unknown>`.
    Crate(&'s str),
    /// A call stack, innermost function first.
    Trace(&'s [Frame]),
    /// The name of a thread, or of several.
    Thread(&'s str),
    /// A function without a known name, as an address in its module: `program+0x1234`.
    Address(&'s str),
}

/// Prints the name. A trace prints its innermost line.
impl fmt::Display for Group<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Line { file, line } => write!(out, "{}:{line}", Visible(file)),
            Self::Function(name)
            | Self::File(name)
            | Self::Crate(name)
            | Self::Thread(name)
            | Self::Address(name) => Visible(name).fmt(out),
            Self::Trace([]) => out.write_str(UNKNOWN),
            Self::Trace([innermost, ..]) => innermost.fmt(out),
        }
    }
}

/// Writes the lines of a trace. Other groups have none.
pub(super) fn write_trace(out: &mut fmt::Formatter<'_>, group: Group<'_>) -> fmt::Result {
    if let Group::Trace(frames) = group {
        for frame in frames.iter().rev() {
            write_frame(out, frame)?;
            out.write_str("\n")?;
        }
    }
    Ok(())
}

impl Group<'_> {
    /// The cells for its kind and its name. The functions of a trace are separated by semicolons, outermost first.
    pub(crate) fn cells(&self) -> [Cell; 2] {
        let (kind, name) = match self {
            Self::Line { .. } => ("line", self.to_string()),
            Self::Function(_) => ("function", self.to_string()),
            Self::File(_) => ("file", self.to_string()),
            Self::Crate(_) => ("crate", self.to_string()),
            Self::Trace(frames) => {
                let frames = frames.iter().rev().map(|frame| folded_frame(&frame.to_string()));
                ("trace", frames.collect::<Vec<_>>().join(";"))
            }
            Self::Thread(_) => ("thread", self.to_string()),
            Self::Address(_) => ("address", self.to_string()),
        };
        [Cell::Text(kind.into()), Cell::Text(name)]
    }
}

/// An owned [`Group`], with variants in the same order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Line(Arc<str>, u32),
    Function(Arc<str>),
    File(Arc<str>),
    Crate(Arc<str>),
    Trace(Box<[Frame]>),
    Thread(Arc<str>),
    Address(Arc<str>),
}

impl Key {
    pub(crate) fn of(frame: &Frame, by: By) -> Self {
        let symbol = frame.symbol();
        let (file, label, package) = (&symbol.short_file, &symbol.label, &symbol.package);
        match by {
            By::Line if !file.is_empty() => Self::Line(file.clone(), symbol.line),
            By::Line | By::Trace | By::Function if !symbol.function.is_empty() => {
                Self::Function(label.clone())
            }
            By::Line | By::Trace | By::Function if file.is_empty() => Self::Address(label.clone()),
            By::File | By::Function | By::Line | By::Trace if !file.is_empty() => Self::File(file.clone()),
            _ if package.is_empty() => Self::Crate(UNKNOWN.into()),
            _ => Self::Crate(package.clone()),
        }
    }

    pub(crate) fn group(&self) -> Group<'_> {
        match self {
            Self::Line(file, line) => Group::Line { file, line: *line },
            Self::Function(name) => Group::Function(name),
            Self::File(name) => Group::File(name),
            Self::Crate(name) => Group::Crate(name),
            Self::Trace(frames) => Group::Trace(frames),
            Self::Thread(name) => Group::Thread(name),
            Self::Address(name) => Group::Address(name),
        }
    }
}

impl Snapshot {
    pub(super) fn grouped(&self, owners: &Owners, by: By, is_cumulative: bool) -> RankedRows {
        let rows = rows(&self.inner, owners, by, is_cumulative);
        let has_line =
            |row: &Row| matches!(row.key.group(), Group::Line { file, .. } if !file.starts_with("std/"));
        let lacks_lines = by == By::Line && !rows.is_empty() && !rows.iter().any(has_line);
        let notes = Notes::of(self, is_cumulative || by == By::Trace, lacks_lines);
        let (sum, metric) = (Sums { now: self.sum(), before: None }, Metric::default());
        let is_cumulative = is_cumulative && by != By::Trace;
        let grouped = RankedRows { rows, sum, by, metric, is_cumulative, notes }.sorted(metric);
        // Rows by thread have only live blocks, but the sum of the traces includes freed ones.
        if by == By::Thread { grouped.filtered(|_| true) } else { grouped }
    }
}

/// Sums up traces by group. If cumulative, a trace counts in the groups of all its functions.
///
/// Takes time linear in the number of frames, and `n log n` in the number of blocks. Call it untracked, and drop the result untracked.
fn rows(figures: &Figures, owners: &Owners, by: By, is_cumulative: bool) -> Vec<Row> {
    let mut groups = Groups::default();
    if by == By::Thread {
        for (turn, block) in (1..).zip(figures.records().chunks(1)) {
            let id = groups.id(Key::Thread(figures.thread_name(&block[0]).clone()));
            groups.add(figures, turn, id, &blocks::sums(figures, block), block);
        }
    } else {
        let most = if is_cumulative { usize::MAX } else { 1 };
        // By the place of a function's names, so that the names are hashed once.
        let mut known = HashMap::<usize, usize, BuildHasherDefault<AddressHasher>>::default();
        for (turn, site) in (1..).zip(&figures.sums.sites) {
            let blocks = blocks::of_site(figures.blocks.as_deref().unwrap_or_default(), site.key);
            let shown = owners.shown(figures.names(), &site.frames);
            if by == By::Trace {
                let id = groups.id(Key::Trace(shown.cloned().collect()));
                groups.add(figures, turn, id, site, blocks);
                continue;
            }
            for frame in shown.take(most) {
                let place = Arc::as_ptr(frame.symbol()).addr();
                let id = *known.entry(place).or_insert_with(|| groups.id(Key::of(frame, by)));
                groups.add(figures, turn, id, site, blocks);
            }
        }
    }
    groups.rows()
}

#[derive(Default)]
struct Groups {
    ids: HashMap<Key, usize>,
    sums: Vec<GroupSums>,
}

#[derive(Default)]
struct GroupSums {
    sums: SiteSums,
    /// The ages and weights of its blocks.
    ages: Vec<(u64, u32)>,
    /// The number of the last trace in it.
    last: usize,
}

impl Groups {
    fn id(&mut self, key: Key) -> usize {
        let next = self.sums.len();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.sums.push(GroupSums::default());
        }
        id
    }

    fn add(&mut self, figures: &Figures, turn: usize, id: usize, sums: &SiteSums, blocks: &[Record]) {
        let group = &mut self.sums[id];
        // A recursive function appears more than once in a trace.
        if std::mem::replace(&mut group.last, turn) != turn {
            group.sums.add(sums);
            group.ages.extend(blocks.iter().map(|block| (figures.age(block), block.blocks)));
        }
    }

    fn rows(mut self) -> Vec<Row> {
        let row = |(key, id): (Key, usize)| {
            let GroupSums { sums, mut ages, .. } = std::mem::take(&mut self.sums[id]);
            Row { key, sums: Sums { now: sums, before: None }, ages: Ages::of(&mut ages) }
        };
        self.ids.into_iter().map(row).collect()
    }
}
