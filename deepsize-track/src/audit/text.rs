//! Audits as text.

use std::fmt;

use super::finding::{Block, Claim, Finding};
use super::outcome::{Audit, Hindrance};
use crate::counters;
use crate::snapshot::Frame;

/// So many findings are printed, if not all are asked for.
const MOST: usize = 20;

impl fmt::Display for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names of functions that are looked up on the way are the tracker's.
        let inner = &self.inner;
        if let Some(hindrance) = inner.hindrance {
            write!(out, "no proof: {hindrance}")?;
            if hindrance != Hindrance::Lost {
                return Ok(());
            }
            writeln!(out)?;
        }
        write!(out, "{} in {} counted once", Bytes(inner.bytes), Count(inner.blocks, "block"))?;
        if inner.matched_by_size > 0 {
            write!(out, ", {} of them known by size alone", inner.matched_by_size)?;
        }
        if inner.lower_bounds > 0 {
            write!(out, ", {} counted in part", Count(inner.lower_bounds, "block"))?;
        }
        write!(out, "; {}", Count(inner.findings.len(), "finding"))?;
        let most = if out.alternate() { usize::MAX } else { MOST };
        for finding in inner.findings.iter().take(most) {
            write!(out, "\n  {finding}")?;
        }
        if let Some(rest) = inner.findings.len().checked_sub(most).filter(|&rest| rest > 0) {
            write!(out, "\n  and {rest} more")?;
        }
        for block in inner.perhaps_opaque.iter().take(most) {
            write!(out, "\n  perhaps in an opaque part: {block}")?;
        }
        if let Some(rest) = inner.perhaps_opaque.len().checked_sub(most).filter(|&rest| rest > 0) {
            write!(out, "\n  and {} more", Count(rest, "such block"))?;
        }
        for part in inner.opaque.iter().take(most) {
            write!(out, "\n  opaque: {}: {}", Path(&part.path), part.reason)?;
        }
        Ok(())
    }
}

/// One line, such as `counted twice: 48 B at names[3] (String), and before at last (String)`.
impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CountedTwice { first, again, block } => {
                write!(
                    out,
                    "counted twice: {again}, and {} at {}; allocated {}",
                    Bytes(first.size),
                    Owner(first),
                    Where(block)
                )
            }
            Self::WrongSize { claim, block } => {
                write!(
                    out,
                    "wrong size: {claim}, but the block has {}; allocated {}",
                    Bytes(block.size),
                    Where(block)
                )
            }
            Self::Freed { claim, block } => {
                write!(
                    out,
                    "freed: {claim}, where there was a block of {}; allocated {}",
                    Bytes(block.size),
                    Where(block)
                )
            }
            Self::NotLive { claim } if claim.address.is_none() => {
                write!(out, "not live: {claim}, without an address, and no block of that size is left")
            }
            Self::NotLive { claim } => {
                write!(
                    out,
                    "not live: {claim}, where no block is known; if it is from before, start a `Recorder::all()` earlier"
                )
            }
            Self::NeverCounted { block, after, before } => {
                write!(out, "never counted: {block}")?;
                match (after, before) {
                    (Some(after), Some(before)) => {
                        write!(out, ", between {} and {}", Owner(after), Owner(before))
                    }
                    (Some(after), None) => write!(out, ", after {}", Owner(after)),
                    (None, Some(before)) => write!(out, ", before {}", Owner(before)),
                    (None, None) => Ok(()),
                }
            }
        }
    }
}

/// `48 B at names[3] (String)`.
impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}", Bytes(self.size), Owner(self))
    }
}

/// `48 B, allocated at src/names.rs:12 (names::read)`.
impl fmt::Display for Block {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, allocated {}", Bytes(self.size), Where(self))
    }
}

impl fmt::Display for Hindrance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotInstalled => {
                "the program's allocator does not track; \
                 write `#[global_allocator] static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();`"
            }
            Self::NotRecorded => {
                "no blocks are recorded; keep a `Recorder::all().start()`, or build the value in an `AuditRegion`"
            }
            Self::Sampled => "only a sample is recorded; use `Recorder::all()`",
            Self::Lost => "there was no memory to record all blocks",
        })
    }
}

/// The value that makes a claim.
struct Owner<'c>(&'c Claim);

impl fmt::Display for Owner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", Path(&self.0.path), Short(self.0.type_name))
    }
}

struct Path<'p>(&'p str);

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0 == "." { "the value itself" } else { self.0 })
    }
}

/// The place that allocated a block.
struct Where<'b>(&'b Block);

impl fmt::Display for Where<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.frames().next() {
            Some(frame) if frame.file().is_empty() => write!(out, "in {}", frame.function()),
            Some(frame) => {
                write!(out, "at {}:{} ({})", relative(frame), frame.line(), frame.function())
            }
            None => write!(out, "at an unknown place, address {:#x}", self.0.address),
        }
    }
}

/// A file's path from the working directory, which for tests is that of their package; or else without the folder that crates are kept in.
fn relative(frame: Frame) -> std::path::Display<'static> {
    let file = std::path::Path::new(frame.file());
    let within = counters::as_own(|| file.strip_prefix(std::env::current_dir().ok()?).ok());
    within.unwrap_or(std::path::Path::new(frame.short_file())).display()
}

/// A type's name without the modules that it and its parameters are in: `Vec<String>`.
struct Short(&'static str);

impl fmt::Display for Short {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let mut rest = self.0;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()).max(first.len_utf8());
            let (part, after) = rest.split_at(end);
            // A module leads to a name; a function leads to `{{closure}}`.
            match after.strip_prefix("::") {
                Some(behind) if is_name(first) && !behind.starts_with('{') => rest = behind,
                _ => {
                    out.write_str(part)?;
                    rest = after;
                }
            }
        }
        Ok(())
    }
}

struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} B", self.0)
    }
}

struct Count<'n>(usize, &'n str);

impl fmt::Display for Count<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::Short;

    #[test]
    fn type_names_go_without_modules() {
        let names = [
            ("u8", "u8"),
            ("alloc::vec::Vec<alloc::string::String>", "Vec<String>"),
            ("std::collections::HashMap<&str, (u8, a::B)>", "HashMap<&str, (u8, B)>"),
            (
                "alloc::boxed::Box<dyn a::Shape<Out = b::C> + core::marker::Send>",
                "Box<dyn Shape<Out = C> + Send>",
            ),
            ("<a::B as c::D>::E", "<B as D>::E"),
            ("a::f::{{closure}}::Inner", "f::{{closure}}::Inner"),
        ];
        for (long, short) in names {
            assert_eq!(Short(long).to_string(), short);
        }
    }
}
