use std::cmp::Ordering;
use std::sync::Arc;
use std::{fmt, iter};

use crate::symbols::{Names, Origin, Symbol};
use crate::untracked::Untracked;
use crate::visible::Visible;

/// A function in a trace, with the line of the call. Clones share the names. Functions are ordered by file, line and path.
///
/// The available details depend on the debug information of the program:
///
/// | Cargo profile | details |
/// | --- | --- |
/// | `debug = 1` or more | everything |
/// | `debug = "line-tables-only"` | of inlined functions, only the last part of the path |
/// | `debug = 0` | no files, no lines, no inlined functions |
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1_000_000];
/// let snapshot = Snapshot::take();
/// let largest = snapshot.traces().max_by_key(|trace| trace.live_amount().size).unwrap();
/// for frame in largest.frames() {
///     println!("{} at {}:{}", frame.function(), frame.short_file(), frame.line());
/// }
/// # drop((kept, recording));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame(Untracked<Arc<Symbol>>);

impl Frame {
    pub(crate) fn new(symbol: Symbol) -> Self {
        Self(Untracked::new(|| Arc::new(symbol)))
    }

    pub(crate) fn symbol(&self) -> &Arc<Symbol> {
        &self.0
    }

    /// The function's path, without the compiler's hash; empty if it is unknown.
    pub fn function(&self) -> &str {
        &self.0.function
    }

    /// The file's path, as it was passed to the compiler; empty if it is unknown.
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// The file's path relative to the working directory: `src/a.rs`.
    ///
    /// Files of downloaded crates look like `serde_json-1.0.1/src/de.rs`, files of the standard library like
    /// `std/alloc/src/vec/mod.rs`.
    pub fn short_file(&self) -> &str {
        &self.0.short_file
    }

    /// The line, from 1; 0 if it is unknown.
    pub fn line(&self) -> u32 {
        self.0.line
    }

    /// The crate that defines the function, by its name in code: `serde_json`; empty if it is unknown.
    ///
    /// Without the start of the function's path, it is the crate of another function in the same file, or the name of the folder.
    pub fn crate_name(&self) -> &str {
        &self.0.package
    }

    /// Whether the function allocates on behalf of others, and is hidden by default.
    ///
    /// The functions of the standard library, of allocators and of the tracker are hidden, and so are functions that start
    /// programs and threads.
    ///
    /// `hashbrown` is hidden if it is part of the standard library, and shown if the program depends on it. Without debug
    /// information the two look alike, and it is hidden.
    pub fn is_hidden(&self) -> bool {
        !matches!(self.0.kind, Origin::Program | Origin::Truncated)
    }

    /// Whether the function belongs to the program, and not to a dependency.
    ///
    /// Its file decides. Files that Cargo has downloaded, from a registry or with Git, are not the program's. Files of the workspace
    /// are, and so are vendored ones. Without a file, only functions of the crate of `main` are the program's, and only on Linux.
    pub fn is_own(&self) -> bool {
        self.0.is_own
    }

    pub(crate) fn origin(&self) -> Origin {
        self.0.kind
    }
}

impl PartialOrd for Frame {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Frame {
    fn cmp(&self, other: &Self) -> Ordering {
        // Traces that are compared share many functions. `Arc` compares their names even if they are the same.
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.short_file().is_empty() {
            write!(out, "{}:{}", Visible(self.short_file()), self.line())
        } else if !self.function().is_empty() {
            Visible(self.function()).fmt(out)
        } else {
            Visible(&self.0.label).fmt(out)
        }
    }
}

/// One line of a traceback.
pub(super) fn write_frame(out: &mut fmt::Formatter<'_>, frame: &Frame) -> fmt::Result {
    if frame.short_file().is_empty() {
        return write!(out, "  In {frame}");
    }
    write!(out, "  File \"{}\", line {}", Visible(frame.short_file()), frame.line())?;
    if out.alternate() && !frame.function().is_empty() {
        write!(out, ", in {}", Visible(frame.function()))?;
    }
    Ok(())
}

/// The functions of a trace.
pub(crate) fn all<'n>(names: &'n Names, addresses: &[usize]) -> impl Iterator<Item = &'n Frame> {
    addresses.iter().flat_map(|&address| names.at(address))
}

/// The functions that are not hidden. A stripped program has only addresses: then, from the address in the fewest traces on.
///
/// If all are hidden, the innermost of the standard library, or else the most specific function. Yields at least one.
pub(crate) fn shown<'n>(names: &'n Names, addresses: &[usize]) -> impl Iterator<Item = &'n Frame> {
    let all = || all(names, addresses);
    let is_program = |frame: &&Frame| frame.origin() == Origin::Program;
    let places =
        addresses.iter().flat_map(|&address| names.at(address).iter().map(move |frame| (address, frame)));
    let nameless = places.take_while(|(_, frame)| !is_program(frame)).enumerate();
    let nameless = nameless.filter(|(_, (_, frame))| frame.origin() == Origin::Unknown);
    // All allocations pass through the innermost ones.
    let first = nameless.min_by_key(|(at, (address, _))| (names.trace_count(*address), *at == 0));
    let first = first.map(|(_, (_, frame))| frame).or_else(|| all().find(is_program)).unwrap_or_else(|| {
        let best = all().min_by_key(|frame| match frame.origin() {
            Origin::Std if frame.crate_name() == "std" => 0,
            Origin::Std => 1,
            Origin::Start => 2,
            Origin::Program | Origin::Allocator | Origin::Truncated | Origin::Unknown => 3,
        });
        best.unwrap_or(&names.at(0)[0])
    });
    let rest = all().skip_while(move |frame| *frame != first).skip(1);
    let is_nameless = first.origin() == Origin::Unknown;
    iter::once(first).chain(
        rest.filter(move |frame| !frame.is_hidden() || (is_nameless && frame.origin() == Origin::Unknown)),
    )
}
