use std::fmt;
use std::hash::{Hash, Hasher};
use std::{iter, ptr};

use crate::counters::untracked;
use crate::symbols::{self, Origin, Symbol, UNKNOWN};

/// A function in a trace, and the line in it that is being executed.
///
/// How much is known of it depends on the debug information in the program: with Cargo's `debug = 1` or more all of it; with
/// `"line-tables-only"` functions have but the last part of their names; without any there are neither files nor lines, nor functions
/// that the compiler has inlined.
#[derive(Clone, Copy)]
pub struct Frame {
    symbol: &'static Symbol,
}

impl Frame {
    /// The function's path, without the compiler's hash; empty if it is not known.
    #[must_use]
    pub fn function(self) -> &'static str {
        self.symbol.function
    }

    /// The function, with its file where there is but the last part of the path: `parse (src/a.rs)`.
    pub(super) fn label(self) -> &'static str {
        self.symbol.label
    }

    /// The file, as the compiler was given it; empty if the program has no debug information for it.
    #[must_use]
    pub fn file(self) -> &'static str {
        self.symbol.file
    }

    /// The file, from where the program runs: `src/a.rs`; that of a downloaded crate `serde_json-1.0.1/src/de.rs`; of the standard
    /// library `std/alloc/src/vec/mod.rs`.
    #[must_use]
    pub fn short_file(self) -> &'static str {
        self.symbol.short
    }

    /// The line, from 1; 0 if it is not known.
    #[must_use]
    pub fn line(self) -> u32 {
        self.symbol.line
    }

    /// The crate that wrote the function, as programs call it: `serde_json`; empty if it is not known.
    ///
    /// If there is but the last part of the function's path, it is the name of the folder.
    #[must_use]
    pub fn crate_name(self) -> &'static str {
        self.symbol.package
    }

    /// Whether it belongs to the standard library, an allocator, the tracker, or to what starts programs and threads, which allocate
    /// for others.
    ///
    /// The tables of `hashbrown` are the standard library's where they are built into it, and the program's where that uses
    /// `hashbrown` itself. Without debug information there is no telling, and they are hidden.
    #[must_use]
    pub fn is_hidden(self) -> bool {
        self.symbol.kind != Origin::Program
    }
}

// There is one symbol of each.
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

/// By file, line and function.
impl Ord for Frame {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Traces that are compared have much in common.
        if self == other { std::cmp::Ordering::Equal } else { self.symbol.cmp(other.symbol) }
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.symbol.fmt(out)
    }
}

/// `file:line`, or the function if no file is known, or else the address.
impl fmt::Display for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = self.symbol;
        if !symbol.short.is_empty() {
            write!(out, "{}:{}", symbol.short, symbol.line)
        } else if !symbol.function.is_empty() {
            out.write_str(symbol.function)
        } else {
            write_address(out, symbol.address)
        }
    }
}

/// Writes the address of something unknown otherwise.
pub(super) fn write_address(out: &mut fmt::Formatter<'_>, address: usize) -> fmt::Result {
    if address == 0 { out.write_str("<unknown>") } else { write!(out, "{address:#x}") }
}

/// One line of a traceback.
pub(super) fn write_frame(out: &mut fmt::Formatter<'_>, frame: Frame) -> fmt::Result {
    if frame.short_file().is_empty() {
        return write!(out, "  In {frame}");
    }
    write!(out, "  File \"{}\", line {}", frame.short_file(), frame.line())?;
    if out.alternate() && !frame.function().is_empty() {
        write!(out, ", in {}", frame.function())?;
    }
    Ok(())
}

impl Frame {
    /// The address, if nothing else is known.
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

/// Those that are not hidden; if all are, the innermost of the standard library, or what is known. At least one.
pub(crate) fn shown(addresses: &[usize]) -> impl Iterator<Item = Frame> {
    let mut shown = all(addresses).filter(|frame| !frame.is_hidden());
    let first = shown.next().unwrap_or_else(|| {
        let best = all(addresses).min_by_key(|frame| match frame.symbol.kind {
            Origin::Std if frame.crate_name() == "std" => 0,
            Origin::Std => 1,
            // Of a program without any names.
            Origin::Unknown => 2,
            Origin::Start => 3,
            Origin::Program | Origin::Allocator => 4,
        });
        best.unwrap_or(Frame { symbol: &UNKNOWN })
    });
    let nameless = if first.symbol.kind == Origin::Unknown { addresses } else { &[] };
    let nameless = all(nameless).filter(|frame| frame.symbol.kind == Origin::Unknown);
    iter::once(first).chain(shown).chain(nameless.skip(1))
}
