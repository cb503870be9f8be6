use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasherDefault;

use super::amount::Amount;
use super::frame::{self, Frame, write_address, write_frame};
use crate::hash::AddressHasher;
use crate::sites::SiteSums;

/// By what amounts are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// The line that allocates; the function if no line is known.
    Line,
    /// The function that allocates.
    Function,
    /// The file that allocates; the crate if no file is known.
    File,
    /// The crate that allocates.
    Crate,
    /// The line that allocates, and all that led there.
    Trace,
}

/// What the amounts of a row have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group<'s> {
    /// A line of a file, whose name [is short](Frame::short_file).
    Line {
        /// The file.
        file: &'s str,
        /// The line, from 1; 0 if it is not known.
        line: u32,
    },
    /// A function, with its file where only the last part of its path is known: `parse (src/a.rs)`.
    Function(&'s str),
    /// A file, whose name [is short](Frame::short_file).
    File(&'s str),
    /// A crate, or `<unknown>`.
    Crate(&'s str),
    /// Functions, the innermost first.
    Trace(&'s [Frame]),
    /// An address of which nothing else is known.
    Address(usize),
}

/// Of a trace its innermost line.
impl fmt::Display for Group<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Line { file, line } => write!(out, "{file}:{line}"),
            Self::Function(name) | Self::File(name) | Self::Crate(name) => out.write_str(name),
            Self::Trace([]) => write_address(out, 0),
            Self::Trace([innermost, ..]) => innermost.fmt(out),
            Self::Address(address) => write_address(out, address),
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

/// A group that keeps what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Frame(Group<'static>),
    Trace(Box<[Frame]>),
}

impl Key {
    fn of(frame: Frame, by: By) -> Group<'static> {
        let (file, function, package) = (frame.short_file(), frame.label(), frame.crate_name());
        match by {
            By::Line if !file.is_empty() => Group::Line { file, line: frame.line() },
            By::Line | By::Trace | By::Function if !function.is_empty() => Group::Function(function),
            By::Line | By::Trace | By::Function if file.is_empty() => Group::Address(frame.address()),
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

/// Which of its amounts a trace, or a group of them, is ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rank {
    /// What is live.
    #[default]
    Live,
    /// All that was ever allocated.
    Total,
    /// What was live when most was live in all.
    AtPeak,
}

/// What is live, what was ever allocated, and what was live at the peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) live: Amount,
    pub(super) total: Amount,
    pub(super) at_peak: Amount,
}

impl Amounts {
    pub(super) fn by(&self, rank: Rank) -> Amount {
        match rank {
            Rank::Live => self.live,
            Rank::Total => self.total,
            Rank::AtPeak => self.at_peak,
        }
    }

    pub(super) fn add(&mut self, sums: &SiteSums) {
        self.live.add(sums.live.into());
        self.total.add(sums.total.into());
        self.at_peak.add(sums.at_peak.into());
    }
}

/// Sums up traces by group: the allocations of each function itself, or with everything that it called. Takes time linear in
/// the number of traces and of their functions. Call it untracked, and drop the result untracked.
pub(super) fn grouped(sites: &[SiteSums], by: By, is_cumulative: bool) -> Vec<(Key, Amounts)> {
    let mut groups = Groups { by, of_frames: HashMap::default(), ids: HashMap::new(), amounts: Vec::new() };
    let mut seen: Vec<usize> = Vec::new();
    for (turn, sums) in (1..).zip(sites) {
        if by == By::Trace {
            let id = groups.id(Key::Trace(frame::shown(sums.frames).collect()));
            groups.amounts[id].add(sums);
            continue;
        }
        let most = if is_cumulative { usize::MAX } else { 1 };
        for frame in frame::shown(sums.frames).take(most) {
            let id = groups.of(frame);
            seen.resize(groups.amounts.len(), 0);
            // A function that calls itself is met more than once.
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
    /// By the frame's place in memory, so that names are compared once.
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
