//! Audits as text.

use std::fmt;

use super::finding::{Block, Claim, Finding};
use super::outcome::{Audit, Limitation};
use crate::counters;
use crate::snapshot::Frame;

/// How many findings are printed without `{:#}`.
const MAX_PRINTED: usize = 20;

impl fmt::Display for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Function names that are looked up here are untracked.
        let inner = &self.inner;
        if let Some(limitation) = inner.limitation {
            write!(out, "no proof: {limitation}")?;
            if limitation != Limitation::Lost {
                return Ok(());
            }
            writeln!(out)?;
        }
        write!(out, "{} in {} counted once", ByteCount(inner.bytes), Plural(inner.blocks, "block"))?;
        if inner.matched_by_size > 0 {
            write!(out, ", {} of them known by size alone", inner.matched_by_size)?;
        }
        if inner.lower_bounds > 0 {
            write!(out, ", {} counted in part", Plural(inner.lower_bounds, "block"))?;
        }
        write!(out, "; {}", Plural(inner.findings.len(), "finding"))?;
        let most = if out.alternate() { usize::MAX } else { MAX_PRINTED };
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
            write!(out, "\n  and {} more", Plural(rest, "such block"))?;
        }
        for part in inner.opaque.iter().take(most) {
            write!(out, "\n  opaque: {}: {}", ClaimPath(&part.path), part.reason)?;
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
                    ByteCount(first.size),
                    ClaimOwner(first),
                    AllocationSite(block)
                )
            }
            Self::WrongSize { claim, block } => {
                write!(
                    out,
                    "wrong size: {claim}, but the block has {}; allocated {}",
                    ByteCount(block.size),
                    AllocationSite(block)
                )
            }
            Self::Freed { claim, block } => {
                write!(
                    out,
                    "freed: {claim}, where there was a block of {}; allocated {}",
                    ByteCount(block.size),
                    AllocationSite(block)
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
                        write!(out, ", between {} and {}", ClaimOwner(after), ClaimOwner(before))
                    }
                    (Some(after), None) => write!(out, ", after {}", ClaimOwner(after)),
                    (None, Some(before)) => write!(out, ", before {}", ClaimOwner(before)),
                    (None, None) => Ok(()),
                }
            }
        }
    }
}

/// `48 B at names[3] (String)`.
impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}", ByteCount(self.size), ClaimOwner(self))
    }
}

/// `48 B, allocated at src/names.rs:12 (names::read)`.
impl fmt::Display for Block {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, allocated {}", ByteCount(self.size), AllocationSite(self))
    }
}

impl fmt::Display for Limitation {
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
struct ClaimOwner<'c>(&'c Claim);

impl fmt::Display for ClaimOwner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", ClaimPath(&self.0.path), ShortTypeName(self.0.type_name))
    }
}

struct ClaimPath<'p>(&'p str);

impl fmt::Display for ClaimPath<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0 == "." { "the value itself" } else { self.0 })
    }
}

/// The place that allocated a block.
struct AllocationSite<'b>(&'b Block);

impl fmt::Display for AllocationSite<'_> {
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
    let within = counters::untracked(|| file.strip_prefix(std::env::current_dir().ok()?).ok());
    within.unwrap_or(std::path::Path::new(frame.short_file())).display()
}

/// A type's name without the modules that it and its parameters are in: `Vec<String>`.
struct ShortTypeName(&'static str);

impl fmt::Display for ShortTypeName {
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

struct ByteCount(usize);

impl fmt::Display for ByteCount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} B", self.0)
    }
}

struct Plural<'n>(usize, &'n str);

impl fmt::Display for Plural<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::ShortTypeName;

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
            assert_eq!(ShortTypeName(long).to_string(), short);
        }
    }
}
