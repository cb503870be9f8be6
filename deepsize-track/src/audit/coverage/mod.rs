//! Coverage: which of the live blocks of the program some named values hold, and who allocated the rest.

mod classify;
mod display;
mod estimate;
mod paths;
mod rows;

use std::collections::HashSet;
use std::io;

use deep_size_core::DeepSize;

use self::classify::{Unmatched, Verdict, classify};
pub use self::estimate::Estimate;
use self::paths::Paths;
pub use self::rows::CoverageRow;
use self::rows::RowData;
use super::exact::Cause;
use super::finding::OpaqueClaim;
use super::outcome::Limitation;
use super::run::limitation;
use super::walk::Walk;
use crate::counters::untracked;
use crate::record::Record;
use crate::snapshot::{Amount, Snapshot};
use crate::untracked::{Untracked, write};

/// The live blocks of the program against the blocks that named values report.
///
/// Each live block has one [`Class`], so the classes add up to all live bytes. The rows name the paths that hold the blocks and
/// the lines that allocated them.
///
/// Record from the beginning of the program: blocks from before the recording are in no class. If blocks are sampled, all
/// figures are [estimates](Estimate) with a standard error.
///
/// A coverage is the tracker's own memory, so no figure includes it. `{}` prints the classes and the ten largest rows of each
/// kind. `{:#}` prints all.
///
/// The idea comes from Firefox's `about:memory` and DMD.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Class, Coverage, Recorder, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let sessions = vec![String::from("Ada"), String::from("Grace")];
/// let forgotten = vec![0_u8; 1000];
///
/// let coverage = Coverage::of([("sessions", &sessions)]);
/// println!("{coverage}");
/// assert_eq!(coverage.estimate(Class::Once).amount.size, 48 + 3 + 5);
/// let row = coverage.rows().find(|row| row.class() == Class::Unclaimed).unwrap();
/// assert_eq!(row.estimate().amount.size, 1000);
/// # drop((forgotten, recording));
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    inner: Untracked<Figures>,
}

#[derive(Clone, Debug)]
struct Figures {
    limitation: Option<Limitation>,
    snapshot: Snapshot,
    /// The class of each block of the snapshot.
    classes: Vec<Class>,
    rows: Vec<RowData>,
    claimed_size: u64,
    unmatched: Unmatched,
    opaque_parts: Vec<OpaqueClaim>,
}

/// The relation of a live block to the measured values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// One value claims it. All handles to a shared block are one claim.
    Once,
    /// Two values claim it, or one value twice, and they are not handles to one shared block.
    Twice,
    /// A value has an address in it, and reports an opaque part or a lower bound instead of the block's full size.
    ///
    /// The memory of other opaque parts is unclaimed. See [`Coverage::opaque_parts`].
    Opaque,
    /// No value claims it.
    Unclaimed,
    /// It was freed or resized before the walk ended, so no claim can be matched with it.
    Freed,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 5] = [Self::Once, Self::Twice, Self::Opaque, Self::Unclaimed, Self::Freed];
}

impl Coverage {
    /// Takes a snapshot of the live blocks, and then walks over named values. Shared blocks count at the first value that holds them.
    ///
    /// For all roots of a registry, pass `registry.roots().iter().map(|root| (root.name(), root))`. The list of roots is memory of
    /// the program, and unclaimed. For values of several types, pass `&dyn DeepSize`. The bytes of a value itself are not claimed.
    /// Pass a `Box` or an `Arc` to claim the block around a value. A reference to a reference claims nothing.
    ///
    /// The walk never waits for a lock. Other threads may run meanwhile. Blocks that they allocate during the call are left out. A value that
    /// moves during the walk may be claimed by both its old and its new owner, or by neither.
    /// The walk's set of visited blocks counts as the program's memory until it ends.
    ///
    /// Takes time and memory linear in the number of values, and time `n log n` for `n` live or reported blocks. It also looks up
    /// the names of all traces, as [`Trace::frames`](crate::Trace::frames) does.
    pub fn of<'v, T: DeepSize + ?Sized + 'v>(roots: impl IntoIterator<Item = (&'v str, &'v T)>) -> Self {
        let snapshot = Snapshot::take_with_blocks();
        let mut names = Untracked::new(Vec::new);
        let values = roots.into_iter().map(|(name, value)| {
            untracked(|| names.push(String::from(name)));
            value
        });
        let walk = Walk::of_all(values);
        let is_sampled = snapshot.sampling_interval().is_some();
        let limitation = limitation(0).or(is_sampled.then_some(Limitation::Sampled));
        let inner = Untracked::new(|| {
            let blocks: Vec<Record> = snapshot.blocks().map(|block| *block.record()).collect();
            let (verdicts, unmatched) = classify(&blocks, &walk);
            let paths = Paths::of(&walk, &names);
            let rows = rows::rows(&snapshot, &verdicts, &paths);
            let classes = verdicts.iter().map(|verdict: &Verdict| verdict.class).collect();
            let opaque_parts = opaque_parts(&walk, &paths);
            let claimed_size =
                walk.claims.iter().fold(0, |sum: u64, claim| sum.saturating_add(claim.size as u64));
            Figures { limitation, snapshot, classes, rows, claimed_size, unmatched, opaque_parts }
        });
        Self { inner }
    }

    /// The live blocks of a class. The classes add up to [`live`](Self::live).
    pub fn estimate(&self, class: Class) -> Estimate {
        self.rows().filter(|row| row.class() == class).map(CoverageRow::estimate).sum()
    }

    /// All live blocks of the snapshot.
    pub fn live(&self) -> Estimate {
        self.rows().map(CoverageRow::estimate).sum()
    }

    /// The blocks of each class by path and line, in the order of the classes, most bytes first.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = CoverageRow<'_>> {
        self.inner.rows.iter().map(CoverageRow)
    }

    /// A snapshot of the blocks of a class. Its [statistics](Snapshot::statistics) group them by crate, thread or trace.
    pub fn snapshot(&self, class: Class) -> Snapshot {
        let mut classes = self.inner.classes.iter();
        self.inner.snapshot.of_blocks(|_| classes.next() == Some(&class))
    }

    /// The heap bytes that the values report, each shared block once.
    ///
    /// This needs neither a recording nor a [`TrackingAllocator`](crate::TrackingAllocator). Subtract it from a total of another source, such as
    /// jemalloc's `stats.allocated`, to get the bytes that the values do not explain.
    pub fn claimed_size(&self) -> u64 {
        self.inner.claimed_size
    }

    /// The memory that values report and that is in no class.
    ///
    /// With [`Cause::NoAddress`], the values report it without an address, so its blocks count as unclaimed. Otherwise, no block of the
    /// snapshot is at the address. The block was allocated before the recording or after the snapshot, was not sampled, or comes
    /// from another allocator. Borrowed memory may also be outside the heap.
    pub fn unmatched(&self, cause: Cause) -> Amount {
        match cause {
            Cause::NoAddress => self.inner.unmatched.no_address,
            Cause::NotRecorded => self.inner.unmatched.not_recorded,
        }
    }

    /// The live blocks of the program that were not recorded, because they were allocated before the recording. They are in no
    /// class. `None` if blocks were sampled.
    ///
    /// Blocks that other threads allocate or free during the snapshot may be missing, or count here.
    pub fn unrecorded(&self) -> Option<Amount> {
        let (process, live) = (self.inner.snapshot.process(), self.live().amount);
        let size = process.live_size.saturating_sub(live.size);
        let blocks = process.live_blocks.saturating_sub(live.blocks);
        self.inner.snapshot.sampling_interval().is_none().then_some(Amount { size, blocks })
    }

    /// The parts of the values that the walk could not see, or only in part. Parts of one path, type and reason are one item.
    ///
    /// Their memory is unclaimed, unless it is in blocks of [`Class::Opaque`].
    pub fn opaque_parts(&self) -> &[OpaqueClaim] {
        &self.inner.opaque_parts
    }

    /// The reason why there are no blocks or only a sample of them, if there is one.
    ///
    /// [`Limitation::Lost`] if some blocks since the beginning of the program could not be recorded.
    pub fn limitation(&self) -> Option<Limitation> {
        self.inner.limitation
    }

    /// Writes all rows as comma-separated values (RFC 4180).
    ///
    /// | column | value |
    /// | --- | --- |
    /// | `class`, `path`, `second_path`, `crate` | as in a row |
    /// | `kind`, `name` | the kind of the row's [`Group`](crate::Group), such as `line`, and its name |
    /// | `bytes`, `blocks` | the estimate |
    /// | `bytes_error`, `blocks_error` | its standard errors, rounded up |
    /// | `block_bytes` | the size of each block, if all have the same |
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || rows::table(self).csv())
    }

    /// Writes all rows as JSON: an object with the array `rows`, whose members have the names and values of the columns of
    /// [`write_csv`](Self::write_csv).
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg(feature = "json")]
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || rows::table(self).json())
    }
}

/// The parts of each path, type and reason once.
fn opaque_parts(walk: &Walk, paths: &Paths<'_>) -> Vec<OpaqueClaim> {
    let mut known = HashSet::new();
    let mut parts = Vec::new();
    for part in &walk.parts {
        let (path, type_name, reason) = (paths.of_place(part.owner), walk.type_name(part.owner), part.reason);
        if known.insert((path, type_name, reason)) {
            parts.push(OpaqueClaim { path: paths.text(path), type_name, reason });
        }
    }
    parts
}
