use std::fmt;
use std::hash::{Hash, Hasher};
use std::{iter, ptr};

use crate::counters::untracked;
use crate::symbols::{self, Origin, Symbol, UNKNOWN};
use crate::visible::Visible;

/// A function in a trace, with the line of the call.
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
#[derive(Clone, Copy)]
pub struct Frame {
    symbol: &'static Symbol,
}

impl Frame {
    /// The function's path, without the compiler's hash; empty if it is unknown.
    #[must_use]
    pub fn function(self) -> &'static str {
        self.symbol.function
    }

    /// The function. If only the last part of its path is known, its file follows: `parse (src/a.rs)`. If it has no known name, the
    /// address in its module: `program+0x1234`.
    pub(super) fn label(self) -> &'static str {
        self.symbol.label
    }

    /// The file's path, as it was passed to the compiler; empty if it is unknown.
    #[must_use]
    pub fn file(self) -> &'static str {
        self.symbol.file
    }

    /// The file's path relative to the working directory: `src/a.rs`.
    ///
    /// Files of downloaded crates look like `serde_json-1.0.1/src/de.rs`, files of the standard library like
    /// `std/alloc/src/vec/mod.rs`.
    #[must_use]
    pub fn short_file(self) -> &'static str {
        self.symbol.short
    }

    /// The line, from 1; 0 if it is unknown.
    #[must_use]
    pub fn line(self) -> u32 {
        self.symbol.line
    }

    /// The crate that defines the function, by its name in code: `serde_json`; empty if it is unknown.
    ///
    /// Without the start of the function's path, it is the crate of another function in the same file, or the name of the folder.
    #[must_use]
    pub fn crate_name(self) -> &'static str {
        self.symbol.package
    }

    /// Whether the function allocates on behalf of others, and is hidden by default.
    ///
    /// The functions of the standard library, of allocators and of the tracker are hidden, and so are functions that start
    /// programs and threads.
    ///
    /// `hashbrown` is hidden if it is part of the standard library, and shown if the program depends on it. Without debug
    /// information the two look alike, and it is hidden.
    #[must_use]
    pub fn is_hidden(self) -> bool {
        !matches!(self.symbol.kind, Origin::Program | Origin::Truncated)
    }

    /// Whether the function belongs to the program, and not to a dependency.
    ///
    /// Its file decides. Files that Cargo has downloaded, from a registry or with Git, are not the program's. Files of the workspace
    /// are, and so are vendored ones. Without a file, only functions of the crate of `main` are the program's, and only on Linux.
    #[must_use]
    pub fn is_own(self) -> bool {
        self.symbol.is_own
    }

    pub(crate) fn origin(self) -> Origin {
        self.symbol.kind
    }
}

// Symbols are interned, so equal frames have the same address.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.symbol, other.symbol)
    }
}

impl Eq for Frame {}

impl Hash for Frame {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ptr::hash(self.symbol, state);
    }
}

impl PartialOrd for Frame {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders by file, line and function.
impl Ord for Frame {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Fast path: compared traces share many frames.
        if self == other { std::cmp::Ordering::Equal } else { self.symbol.cmp(other.symbol) }
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.symbol.fmt(out)
    }
}

/// Prints `file:line`, or the function if the file is unknown, or else the address in its module: `program+0x1234`.
impl fmt::Display for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = self.symbol;
        if !symbol.short.is_empty() {
            write!(out, "{}:{}", Visible(symbol.short), symbol.line)
        } else if !symbol.function.is_empty() {
            Visible(symbol.function).fmt(out)
        } else {
            Visible(symbol.label).fmt(out)
        }
    }
}

/// One line of a traceback.
pub(super) fn write_frame(out: &mut fmt::Formatter<'_>, frame: Frame) -> fmt::Result {
    if frame.short_file().is_empty() {
        return write!(out, "  In {frame}");
    }
    write!(out, "  File \"{}\", line {}", Visible(frame.short_file()), frame.line())?;
    if out.alternate() && !frame.function().is_empty() {
        write!(out, ", in {}", Visible(frame.function()))?;
    }
    Ok(())
}

impl Frame {
    /// The address, if the function has no known name.
    pub(super) fn address(self) -> usize {
        self.symbol.address
    }

    /// Equal for equal frames.
    pub(super) fn place(self) -> usize {
        ptr::from_ref(self.symbol).addr()
    }
}

/// The functions at an address.
pub(crate) fn at(address: usize) -> impl Iterator<Item = Frame> {
    untracked(|| symbols::at(address)).iter().map(|symbol| Frame { symbol })
}

/// The functions of a trace.
pub(crate) fn all(addresses: &[usize]) -> impl Iterator<Item = Frame> {
    addresses.iter().flat_map(|&address| at(address))
}

/// The functions that are not hidden. A stripped program has only addresses: then, from the address in the fewest traces on.
///
/// If all are hidden, the innermost of the standard library, or else the most specific function. Yields at least one.
pub(crate) fn shown(addresses: &[usize]) -> impl Iterator<Item = Frame> {
    let is_program = |frame: &Frame| frame.symbol.kind == Origin::Program;
    let nameless = all(addresses).take_while(|frame| !is_program(frame));
    let nameless = nameless.enumerate().filter(|(_, frame)| frame.symbol.kind == Origin::Unknown);
    // All allocations pass through the innermost ones.
    let first = nameless.min_by_key(|(at, frame)| (symbols::trace_count(frame.address()), *at == 0));
    let first =
        first.map(|(_, frame)| frame).or_else(|| all(addresses).find(is_program)).unwrap_or_else(|| {
            let best = all(addresses).min_by_key(|frame| match frame.symbol.kind {
                Origin::Std if frame.crate_name() == "std" => 0,
                Origin::Std => 1,
                Origin::Start => 2,
                Origin::Program | Origin::Allocator | Origin::Truncated | Origin::Unknown => 3,
            });
            best.unwrap_or(Frame { symbol: &UNKNOWN })
        });
    let rest = all(addresses).skip_while(move |frame| *frame != first).skip(1);
    let is_nameless = first.symbol.kind == Origin::Unknown;
    iter::once(first).chain(
        rest.filter(move |frame| !frame.is_hidden() || (is_nameless && frame.symbol.kind == Origin::Unknown)),
    )
}
