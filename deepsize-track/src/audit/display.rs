//! Audits and exact sizes as text.

use std::fmt;

use deep_size_format::short_type_name;

use super::{Audit, Block, Cause, Claim, ExactSize, Finding, Limitation};
use crate::assert::{AllocationSite, LOST, NOT_INSTALLED};
use crate::units::{ByteCount, Plural};
use crate::untracked::Untracked;
use crate::visible::Visible;
use crate::{counters, symbols};

/// The number of findings, blocks and parts that `{}` prints.
const MAX_PRINTED: usize = 20;

impl fmt::Display for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks = self.findings().iter().filter_map(Finding::block).chain(self.possibly_opaque_blocks());
        counters::untracked(|| drop(symbols::look_up(blocks.map(|block| &*block.trace))));
        let inner = &self.inner;
        if let Some(limitation) = inner.limitation {
            write!(out, "no proof: {limitation}")?;
            if limitation != Limitation::Lost {
                return Ok(());
            }
            writeln!(out)?;
        }
        let (findings, blocks) = (Plural(inner.findings.len(), "finding"), Plural(inner.blocks, "block"));
        let verb = if inner.blocks == 1 { "is" } else { "are" };
        write!(out, "{findings}; {blocks} ({}) {verb} right", ByteCount(inner.size))?;
        if inner.matched_by_size > 0 {
            write!(out, ", {} of them matched by size only", inner.matched_by_size)?;
        }
        if inner.lower_bounds > 0 {
            write!(out, ", {} counted in part", Plural(inner.lower_bounds, "block"))?;
        }
        list(out, &inner.findings, "", |finding, out| finding.fmt(out))?;
        list(out, &inner.possibly_opaque, "such block", |block, out| {
            write!(out, "possibly in an opaque part: {block}")
        })?;
        list(out, &inner.opaque_parts, "opaque part", |part, out| {
            write!(out, "opaque: {}: {}", ClaimPath(&part.path), part.reason)
        })
    }
}

impl fmt::Display for ExactSize {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks = self.resolved().iter().map(|(_, block)| block);
        counters::untracked(|| drop(symbols::look_up(blocks.map(|block| &*block.trace))));
        let added = self.deep_size().saturating_sub(self.counted_size());
        out.write_str(if self.is_exact() { "" } else { "at least " })?;
        write!(out, "{}", ByteCount(self.deep_size()))?;
        if !self.resolved().is_empty() {
            let blocks = Plural(self.resolved().len(), "block");
            write!(out, "; {blocks} resolved by the allocator, +{}", ByteCount(added))?;
        }
        if let Some(limitation) = self.limitation() {
            write!(out, "; {limitation}")?;
        }
        list(out, self.resolved(), "", |(claim, block), out| {
            write!(out, "resolved: {claim} is a block of {block}")
        })?;
        list(out, self.unresolved(), "", |(part, cause), out| {
            let owner = ClaimOwner(&part.path, part.type_name);
            write!(out, "unresolved: {owner}: {} ({cause})", part.reason)
        })
    }
}

/// Prints the first items, one per line, and the number of the others.
fn list<T>(
    out: &mut fmt::Formatter<'_>,
    items: &[T],
    noun: &'static str,
    print: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let limit = if out.alternate() { usize::MAX } else { MAX_PRINTED };
    for item in items.iter().take(limit) {
        out.write_str("\n  ")?;
        print(item, out)?;
    }
    match items.len().saturating_sub(limit) {
        0 => Ok(()),
        rest if noun.is_empty() => write!(out, "\n  and {rest} more"),
        rest => write!(out, "\n  and {} more", Plural(rest, noun)),
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoAddress => "without a known address",
            Self::NotRecorded => "no recorded block is at its address",
        })
    }
}

/// Prints one line, such as ``counted twice: 48 B at `names[3]` (String), already counted at `last` (String); allocated at src/names.rs:12 (names::read)``.
impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CountedTwice { first, again, .. } => {
                write!(out, "counted twice: {again}, already counted ")?;
                if first.size != again.size {
                    write!(out, "with {} ", ByteCount(first.size))?;
                }
                write!(out, "at {}", owner(first))
            }
            Self::WrongSize { claim, block } => {
                write!(out, "wrong size: {claim}, but the block has {}", ByteCount(block.size))
            }
            Self::Freed { claim, block } => {
                write!(out, "freed: {claim}, but the block of {} there was freed", ByteCount(block.size))
            }
            Self::NotLive { claim } => {
                let reason = if claim.block_count > 1 {
                    "reported together, but no such blocks are left"
                } else if claim.address.is_none() {
                    "reported without an address, but no block of that size is left"
                } else {
                    "but no recorded block is at that address; if it was allocated earlier, start a `Recorder::all()` before that"
                };
                write!(out, "not live: {claim}, {reason}")
            }
            Self::NeverCounted { block, after, before } => {
                write!(out, "never counted: {block}")?;
                match (after, before) {
                    (Some(after), Some(before)) => {
                        write!(out, ", between {} and {}", owner(after), owner(before))
                    }
                    (Some(after), None) => write!(out, ", after {}", owner(after)),
                    (None, Some(before)) => write!(out, ", before {}", owner(before)),
                    (None, None) => Ok(()),
                }
            }
        }?;
        let block = self.block().filter(|_| self.claim().is_some());
        block.map_or(Ok(()), |block| write!(out, "; allocated {}", site(block)))
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", ByteCount(self.size))?;
        if self.block_count > 1 {
            write!(out, " in {}", Plural(self.block_count, "block"))?;
        }
        write!(out, " at {}", owner(self))
    }
}

/// Prints `48 B, allocated at src/names.rs:12 (names::read)`.
impl fmt::Display for Block {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, allocated {}", ByteCount(self.size), site(self))
    }
}

impl fmt::Display for Limitation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotInstalled => NOT_INSTALLED,
            Self::NotRecorded => {
                "no blocks are recorded; build the value in an `AuditRegion`, \
                 or while the result of `Recorder::all().start()` is alive"
            }
            Self::Sampled => "only a sample of the blocks is recorded; use `Recorder::all()`",
            Self::Lost => LOST,
        })
    }
}

/// The path and the type of a value.
pub(super) struct ClaimOwner<'p>(pub(super) &'p str, pub(super) &'static str);

impl fmt::Display for ClaimOwner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let type_name = Untracked::new(|| short_type_name(self.1));
        write!(out, "{} ({})", ClaimPath(self.0), Visible(&type_name))
    }
}

struct ClaimPath<'p>(&'p str);

impl fmt::Display for ClaimPath<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == "." { out.write_str("the value itself") } else { write!(out, "`{}`", Visible(self.0)) }
    }
}

fn owner(claim: &Claim) -> ClaimOwner<'_> {
    ClaimOwner(&claim.path, claim.type_name)
}

fn site(block: &Block) -> AllocationSite {
    AllocationSite { frame: block.frames().next(), address: block.address }
}

#[cfg(test)]
mod tests {
    use super::{Claim, Finding};

    #[test]
    fn findings_have_no_raw_control_characters() {
        let claim = Claim {
            path: "\u{1b}[2J\nFORGED".into(),
            type_name: "\u{9b}31m::\u{202e}T<\nFORGED>",
            size: 1,
            block_count: 1,
            address: None,
        };
        let finding = Finding::NotLive { claim }.to_string();
        let shown = "1 B at `\\u{1b}[2J\\nFORGED` (\\u{9b}\\u{202e}T<\\nFORGED>)";
        assert!(finding.contains(shown), "{finding}");
    }
}
