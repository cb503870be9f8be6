use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasherDefault;

use super::amount::Amount;
use super::attribution::Owners;
use super::frame::{Frame, write_frame};
use crate::hash::AddressHasher;
use crate::sites::SiteSums;
use crate::symbols::UNKNOWN;
use crate::units::{Bytes, Plural, SignedBytes, SignedCount};
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
}

/// The line, function, file, crate or trace that a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A function without a known name, as an address in its module: `program+0x1234`.
    Address(&'s str),
}

/// Prints the name. A trace prints its innermost line.
impl fmt::Display for Group<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Line { file, line } => write!(out, "{}:{line}", Visible(file)),
            Self::Function(name) | Self::File(name) | Self::Crate(name) | Self::Address(name) => {
                Visible(name).fmt(out)
            }
            Self::Trace([]) => out.write_str(UNKNOWN.label),
            Self::Trace([innermost, ..]) => innermost.fmt(out),
        }
    }
}

/// Writes the lines of a trace. Other groups have none.
pub(super) fn write_trace(out: &mut fmt::Formatter<'_>, group: Group<'_>) -> fmt::Result {
    if let Group::Trace(frames) = group {
        for frame in frames.iter().rev() {
            write_frame(out, *frame)?;
            out.write_str("\n")?;
        }
    }
    Ok(())
}

/// An owned [`Group`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Frame(Group<'static>),
    Trace(Box<[Frame]>),
}

impl Key {
    fn of(frame: Frame, by: By) -> Group<'static> {
        let (file, label, package) = (frame.short_file(), frame.label(), frame.crate_name());
        match by {
            By::Line if !file.is_empty() => Group::Line { file, line: frame.line() },
            By::Line | By::Trace | By::Function if !frame.function().is_empty() => Group::Function(label),
            By::Line | By::Trace | By::Function if file.is_empty() => Group::Address(label),
            By::File | By::Function | By::Line | By::Trace if !file.is_empty() => Group::File(file),
            _ if package.is_empty() => Group::Crate("<unknown>"),
            _ => Group::Crate(package),
        }
    }

    pub(super) fn group(&self) -> Group<'_> {
        match self {
            Self::Frame(group) => *group,
            Self::Trace(frames) => Group::Trace(frames),
        }
    }
}

/// The amount that rows are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rank {
    /// The live amount.
    #[default]
    Live,
    /// The amount allocated since the recording began.
    Total,
    /// The live amount at the peak of all traces.
    Peak,
    /// The live amount, by its number of blocks.
    LiveBlocks,
    /// The amount allocated since the recording began, by its number of blocks.
    TotalBlocks,
    /// The live amount at the peak of all traces, by its number of blocks.
    PeakBlocks,
}

impl Rank {
    pub(super) fn is_by_blocks(self) -> bool {
        matches!(self, Self::LiveBlocks | Self::TotalBlocks | Self::PeakBlocks)
    }

    /// The figures of an amount, most important first.
    pub(super) fn ordered<T>(self, size: T, blocks: T) -> (T, T) {
        if self.is_by_blocks() { (blocks, size) } else { (size, blocks) }
    }

    /// Writes the most important figure of an amount, and its change.
    pub(super) fn write(
        self,
        out: &mut fmt::Formatter<'_>,
        amount: Amount,
        change: Option<(i64, i64)>,
    ) -> fmt::Result {
        if self.is_by_blocks() {
            write!(out, "{}", Plural(amount.blocks, "block"))?;
            change.map_or(Ok(()), |(_, blocks)| write!(out, " ({})", SignedCount(blocks)))
        } else {
            write!(out, "{}", Bytes(amount.size))?;
            change.map_or(Ok(()), |(size, _)| write!(out, " ({})", SignedBytes(size)))
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) live: Amount,
    pub(super) total: Amount,
    pub(super) peak: Amount,
}

impl Amounts {
    pub(super) fn by(&self, rank: Rank) -> Amount {
        match rank {
            Rank::Live | Rank::LiveBlocks => self.live,
            Rank::Total | Rank::TotalBlocks => self.total,
            Rank::Peak | Rank::PeakBlocks => self.peak,
        }
    }

    pub(super) fn add(&mut self, sums: &SiteSums) {
        self.live.add(Amount::of(sums.live));
        self.total.add(Amount::of(sums.total));
        self.peak.add(Amount::of(sums.at_peak));
    }
}

/// Sums up traces by group. If cumulative, a trace counts in the groups of all its functions.
///
/// Takes time linear in the number of frames. Call it untracked, and drop the result untracked.
pub(super) fn grouped(
    sites: &[SiteSums],
    owners: &Owners,
    by: By,
    is_cumulative: bool,
) -> Vec<(Key, Amounts)> {
    let mut groups = Groups { by, of_frames: HashMap::default(), ids: HashMap::new(), amounts: Vec::new() };
    let mut seen: Vec<usize> = Vec::new();
    for (turn, sums) in (1..).zip(sites) {
        if by == By::Trace {
            let id = groups.id(Key::Trace(owners.shown(&sums.frames).collect()));
            groups.amounts[id].add(sums);
            continue;
        }
        let most = if is_cumulative { usize::MAX } else { 1 };
        for frame in owners.shown(&sums.frames).take(most) {
            let id = groups.of(frame);
            seen.resize(groups.amounts.len(), 0);
            // A recursive function appears more than once in a trace.
            if std::mem::replace(&mut seen[id], turn) != turn {
                groups.amounts[id].add(sums);
            }
        }
    }
    let Groups { ids, amounts, .. } = groups;
    ids.into_iter().map(|(key, id)| (key, amounts[id])).collect()
}

struct Groups {
    by: By,
    /// By the frame's address in memory, so that names are compared once.
    of_frames: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
    ids: HashMap<Key, usize>,
    amounts: Vec<Amounts>,
}

impl Groups {
    fn of(&mut self, frame: Frame) -> usize {
        if let Some(&id) = self.of_frames.get(&frame.place()) {
            return id;
        }
        let id = self.id(Key::Frame(Key::of(frame, self.by)));
        self.of_frames.insert(frame.place(), id);
        id
    }

    fn id(&mut self, key: Key) -> usize {
        let next = self.amounts.len();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.amounts.push(Amounts::default());
        }
        id
    }
}
