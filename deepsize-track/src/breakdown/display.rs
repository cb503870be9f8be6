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
        let width = if is_exact { 17 } else { 11 };
        let size = |bytes| Size { bytes, is_exact };
        for (at, (parts, bytes)) in self.rows().enumerate() {
            let sum = parts.last().and_then(|last| Some((last.sum_name()?, self.level(*last)?)));
            // If the parts of the first sum are unknown, only the sum is printed.
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

#[cfg(test)]
mod tests {
    use crate::{Breakdown, BreakdownPart};

    /// A breakdown whose sums are all known.
    fn complete() -> Breakdown {
        let sums = [812, 852, 855, 873, 880, 1000, 1050, 938, 937, 945, 955, 1024];
        Breakdown { levels: sums.map(|sum| Some(sum << 20)) }
    }

    #[test]
    fn each_part_is_a_line() {
        let expected = "    812.0 MiB  claimed by values
+    40.0 MiB  claimed by none
=   852.0 MiB  requested
+     3.0 MiB  tracker
+    18.0 MiB  rounding
+     7.0 MiB  other blocks
=   880.0 MiB  in use
+   120.0 MiB  retained by the allocator
=  1000.0 MiB  mapped by the allocator
+    50.0 MiB  other anonymous memory
=     1.0 GiB  anonymous memory
-   112.0 MiB  not resident
-     1.0 MiB  swapped
+     8.0 MiB  stacks
+    10.0 MiB  code and static data
+    69.0 MiB  files and shared memory
=     1.0 GiB  resident
";
        assert_eq!(complete().to_string(), expected);
        let exact = format!("{:#}", complete());
        let end = "+      72,351,744 B  files and shared memory\n=   1,073,741,824 B  resident\n";
        assert!(exact.ends_with(end), "{exact}");
    }

    #[test]
    fn unknown_sums_join_the_parts_around_them() {
        let breakdown = Breakdown::default().with_claimed(700).with_in_use(900);
        let expected = "        700 B  claimed by values
+       200 B  claimed by none + tracker + rounding + other blocks
=       900 B  in use
not known: retained by the allocator + other anonymous memory + not resident + swapped + stacks + code and static data + files and shared memory
";
        assert_eq!(breakdown.to_string(), expected);
        assert_eq!(breakdown.size(BreakdownPart::Claimed), Some(700));
        assert_eq!(breakdown.size(BreakdownPart::Unclaimed), None);
        let text = Breakdown::default().with_requested(852).to_string();
        assert!(text.starts_with("=       852 B  requested\n"), "{text}");
        assert!(Breakdown::default().to_string().starts_with("not known: claimed by values + "));
    }

    #[test]
    fn a_negative_part_is_marked() {
        let text = complete().with_claimed(853 << 20).to_string();
        assert!(
            text.contains(
                "\n-     1.0 MiB  claimed by none (negative: the sums around it differ in time or scope)\n"
            ),
            "{text}"
        );
        assert_eq!(text.matches("negative").count(), 1);
        let breakdown = Breakdown::default().with_claimed(u64::MAX).with_in_use(0);
        let sizes: Vec<i64> = breakdown.rows().map(|(_, size)| size).collect();
        assert_eq!(sizes, [i64::MAX, i64::MIN]);
    }
}
