use std::fmt;

use super::{Breakdown, BreakdownPart};
use crate::units::{Size, sign};

/// Prints one line for each row, and each known sum. `{:#}` prints exact bytes.
///
/// ```text
///     812.0 MiB  claimed by values
/// +    40.3 MiB  claimed by none
/// =   852.3 MiB  requested
/// +    21.0 MiB  tracker + rounding + other blocks
/// =   873.3 MiB  in use
/// ```
impl fmt::Display for Breakdown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_exact = out.alternate();
        let width = if is_exact { 22 } else { 11 };
        let size = |bytes| Size { bytes, is_exact };
        for (at, (parts, bytes)) in self.rows().enumerate() {
            let sum = parts.last().and_then(|last| Some((last.sum_name()?, self.level(*last)?)));
            // The first sum needs no explanation if its parts are not known.
            if at > 0 || parts.len() == 1 || sum.is_none() {
                let sign = if at == 0 && bytes >= 0 { " " } else { sign(bytes) };
                write!(out, "{sign:1} {:>width$}  {}", size(bytes.unsigned_abs()), Names(parts))?;
                if bytes < 0 && parts.iter().all(|part| !part.is_subtracted()) {
                    out.write_str(" (negative: the sums around it differ in time or scope)")?;
                }
                out.write_str("\n")?;
            }
            if let Some((name, sum)) = sum {
                writeln!(out, "= {:>width$}  {name}", size(sum))?;
            }
        }
        match self.unknown() {
            [] => Ok(()),
            parts => writeln!(out, "not known: {}", Names(parts)),
        }
    }
}

struct Names(&'static [BreakdownPart]);

impl fmt::Display for Names {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            write!(out, "{}{part}", if at > 0 { " + " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for BreakdownPart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Claimed => "claimed by values",
            Self::Unclaimed => "claimed by none",
            Self::Tracker => "tracker",
            Self::Rounding => "rounding",
            Self::OtherBlocks => "other blocks",
            Self::Retained => "retained by the allocator",
            Self::OtherAnonymous => "other anonymous memory",
            Self::NotResident => "not resident",
            Self::Swapped => "swapped",
            Self::Stacks => "stacks",
            Self::Code => "code and static data",
            Self::Files => "files and shared memory",
        })
    }
}

impl BreakdownPart {
    /// Whether its size is at most 0.
    fn is_subtracted(self) -> bool {
        matches!(self, Self::NotResident | Self::Swapped)
    }

    /// The name of the sum that ends with this part.
    fn sum_name(self) -> Option<&'static str> {
        match self {
            Self::Unclaimed => Some("requested"),
            Self::OtherBlocks => Some("in use"),
            Self::Retained => Some("mapped by the allocator"),
            Self::OtherAnonymous => Some("anonymous memory"),
            Self::Files => Some("resident"),
            _ => None,
        }
    }
}
