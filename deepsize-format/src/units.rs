//! Numbers with units and separators.

use std::fmt;

/// Bytes in the largest unit that gives at least 1: `512 B`, `1.5 KiB`.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<N>(pub N);

impl<N: Copy + TryInto<u64>> fmt::Display for Bytes<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = number(self.0);
        if bytes < 1024 {
            return pad(out, format_args!("{bytes} B"));
        }
        let (mut amount, mut unit) = (bytes as f64, "B");
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // An amount that rounds to 1024.0 is 1.0 of the next unit.
            if amount < 1023.95 {
                break;
            }
            (amount, unit) = (amount / 1024.0, larger);
        }
        pad(out, format_args!("{amount:.1} {unit}"))
    }
}

/// A number with commas between the thousands.
#[derive(Clone, Copy, Debug)]
pub struct Count<N>(pub N);

impl<N: Copy + TryInto<u64>> fmt::Display for Count<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = number(self.0);
        if count < 1000 {
            return pad(out, format_args!("{count}"));
        }
        pad(out, format_args!("{},{:03}", Count(count / 1000), count % 1000))
    }
}

/// Bytes, in the largest unit or to the last digit: `1.5 KiB`, `1,536 B`.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The number of bytes.
    pub bytes: u64,
    /// Whether all digits are shown.
    pub is_exact: bool,
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact {
            pad(out, format_args!("{} B", Count(self.bytes)))
        } else {
            Bytes(self.bytes).fmt(out)
        }
    }
}

/// Bytes in the largest unit and to the last digit, because sizes that differ must look different: `4.0 KiB (4,096 B)`.
#[derive(Clone, Copy, Debug)]
pub struct ByteCount<N>(pub N);

impl<N: Copy + TryInto<u64>> fmt::Display for ByteCount<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = number(self.0);
        Bytes(bytes).fmt(out)?;
        if bytes >= 1024 { write!(out, " ({} B)", Count(bytes)) } else { Ok(()) }
    }
}

/// A number of things: `1 block`, `2 blocks`.
#[derive(Clone, Copy, Debug)]
pub struct Plural<N>(pub N, pub &'static str);

impl<N: Copy + TryInto<u64>> fmt::Display for Plural<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, one) = (number(self.0), self.1);
        write!(out, "{} {one}{}", Count(count), if count == 1 { "" } else { "s" })
    }
}

/// A number of things with an irregular plural: `1 box`, `2 boxes`.
#[must_use]
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", Count(count), if count == 1 { one } else { many })
}

/// A difference in bytes, with its sign: `+1.5 KiB`, `0 B`.
#[derive(Clone, Copy, Debug)]
pub struct SignedBytes<N>(pub N);

impl<N: Copy + Into<i128>> fmt::Display for SignedBytes<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        pad(out, format_args!("{}{}", sign(self.0), Bytes(self.0.into().unsigned_abs())))
    }
}

/// A difference in numbers, with its sign: `+1,536`, `0`.
#[derive(Clone, Copy, Debug)]
pub struct SignedCount<N>(pub N);

impl<N: Copy + Into<i128>> fmt::Display for SignedCount<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        pad(out, format_args!("{}{}", sign(self.0), Count(self.0.into().unsigned_abs())))
    }
}

/// The sign of a difference. Zero has none.
pub fn sign(difference: impl Into<i128>) -> &'static str {
    match difference.into() {
        0 => "",
        1.. => "+",
        _ => "-",
    }
}

/// A part as a percentage of a whole.
#[must_use]
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// A number that is not negative, at most `u64::MAX`.
fn number(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(u64::MAX)
}

/// Pads a text to the width of the formatter. Allocates only if there is a width.
fn pad(out: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>) -> fmt::Result {
    if out.width().is_none() { out.write_fmt(text) } else { out.pad(&text.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_to_a_tenth_of_the_largest_unit() {
        let shown = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_525, "1.0 MiB"),
            (1 << 30, "1.0 GiB"),
            (u64::MAX, "16.0 EiB"),
        ];
        for (bytes, text) in shown {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert_eq!(Bytes(u128::MAX).to_string(), "16.0 EiB");
        assert_eq!(format!("{:>8}", Bytes(7)), "     7 B");
    }

    #[test]
    fn differences_have_a_sign() {
        let shown = [(0, "0 B", "0"), (-1536, "-1.5 KiB", "-1,536"), (7, "+7 B", "+7")];
        for (difference, bytes, count) in shown {
            assert_eq!(SignedBytes(difference).to_string(), bytes);
            assert_eq!(SignedCount(difference).to_string(), count);
        }
        assert_eq!(SignedBytes(i64::MIN).to_string(), "-8.0 EiB");
        assert_eq!(SignedBytes(i128::MIN).to_string(), "-16.0 EiB");
        assert_eq!(format!("{:>8}", SignedCount(-7)), "      -7");
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        let shown = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (count, text) in shown {
            assert_eq!(Count(count).to_string(), text);
        }
        assert_eq!(format!("{:>6}|{:<6}", Count(1000), Count(7)), " 1,000|7     ");
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
        assert_eq!(format!("{:>8}", Size { bytes: 1024, is_exact: true }), " 1,024 B");
    }
}
