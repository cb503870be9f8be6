//! Numbers for people, in the format of the reports of `deep-size` (`src/inspect/units.rs` there).

use std::fmt;

/// Bytes in the largest unit that gives at least 1: `512 B`, `1.5 KiB`.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut amount, mut unit) = (self.0 as f64, "B");
        if self.0 < 1024 {
            return write!(out, "{} B", self.0);
        }
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // An amount that rounds to 1024.0 is 1.0 of the next unit.
            if amount < 1023.95 {
                break;
            }
            (amount, unit) = (amount / 1024.0, larger);
        }
        write!(out, "{amount:.1} {unit}")
    }
}

/// A number with commas between the thousands.
pub(crate) struct Count(pub(crate) u64);

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1000 {
            return write!(out, "{}", self.0);
        }
        write!(out, "{},{:03}", Self(self.0 / 1000), self.0 % 1000)
    }
}

/// Bytes, in the largest unit or to the last digit: `1.5 KiB`, `1,536 B`.
pub(crate) struct Size {
    pub(crate) bytes: u64,
    pub(crate) is_exact: bool,
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact { write!(out, "{} B", Count(self.bytes)) } else { Bytes(self.bytes).fmt(out) }
    }
}

/// Bytes in the largest unit and to the last digit, because sizes that differ must look different: `4.0 KiB (4,096 B)`.
pub(crate) struct ByteCount(pub(crate) u64);

impl fmt::Display for ByteCount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bytes(self.0).fmt(out)?;
        if self.0 >= 1024 { write!(out, " ({} B)", Count(self.0)) } else { Ok(()) }
    }
}

/// A number of things: `1 block`, `2 blocks`.
pub(crate) struct Plural(pub(crate) u64, pub(crate) &'static str);

impl fmt::Display for Plural {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one) = *self;
        write!(out, "{} {one}{}", Count(count), if count == 1 { "" } else { "s" })
    }
}

/// A difference in bytes, with its sign: `+1.5 KiB`, `0 B`.
#[cfg(any(test, feature = "sites"))]
pub(crate) struct SignedBytes(pub(crate) i64);

#[cfg(any(test, feature = "sites"))]
impl fmt::Display for SignedBytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", sign(self.0), Bytes(self.0.unsigned_abs()))
    }
}

/// A difference in numbers, with its sign: `+1,536`, `0`.
#[cfg(any(test, feature = "sites"))]
pub(crate) struct SignedCount(pub(crate) i64);

#[cfg(any(test, feature = "sites"))]
impl fmt::Display for SignedCount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", sign(self.0), Count(self.0.unsigned_abs()))
    }
}

/// The sign of a difference. Zero has none.
pub(crate) fn sign(difference: i64) -> &'static str {
    match difference {
        0 => "",
        1.. => "+",
        _ => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteCount, Bytes, Count, SignedBytes, SignedCount, Size};

    /// The same values and texts as in the tests of `src/inspect/units.rs` of `deep-size`.
    #[test]
    fn sizes_have_the_format_of_the_reports() {
        let bytes = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_525, "1.0 MiB"),
            (1 << 30, "1.0 GiB"),
            (u64::MAX, "16.0 EiB"),
        ];
        for (number, text) in bytes {
            assert_eq!(Bytes(number).to_string(), text);
        }
        let counts = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in counts {
            assert_eq!(Count(number).to_string(), text);
        }
        let differences = [(0, "0 B", "0"), (-1536, "-1.5 KiB", "-1,536"), (7, "+7 B", "+7")];
        for (difference, bytes, count) in differences {
            assert_eq!(SignedBytes(difference).to_string(), bytes);
            assert_eq!(SignedCount(difference).to_string(), count);
        }
        assert_eq!(SignedBytes(i64::MIN).to_string(), "-8.0 EiB");
    }

    #[test]
    fn sizes_that_differ_look_different() {
        let sizes = [(1023, "1023 B"), (4096, "4.0 KiB (4,096 B)"), (4097, "4.0 KiB (4,097 B)")];
        for (size, text) in sizes {
            assert_eq!(ByteCount(size).to_string(), text);
        }
    }

    #[test]
    fn exact_sizes_have_all_digits() {
        assert_eq!(Size { bytes: 1_048_525, is_exact: true }.to_string(), "1,048,525 B");
        assert_eq!(Size { bytes: 1_048_525, is_exact: false }.to_string(), "1.0 MiB");
    }
}
