//! Formats numbers with units and separators.

use core::fmt;

/// Bytes in the largest unit that gives at least 1: `512 B`, `1.5 KiB`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes(pub(crate) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1024 {
            return formatter.pad(&std::format!("{} B", self.0));
        }
        let mut amount = self.0 as f64;
        let mut unit = "B";
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // 1023.95 would be rounded to 1024.0.
            if amount < 1023.95 {
                break;
            }
            amount /= 1024.0;
            unit = larger;
        }
        formatter.pad(&std::format!("{amount:.1} {unit}"))
    }
}

/// A number with commas between the thousands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) usize);

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = std::format!("{}", self.0);
        let mut grouped = std::string::String::with_capacity(digits.len() * 4 / 3);
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        formatter.pad(&grouped)
    }
}

/// A difference, with its sign.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signed {
    /// Bytes, as [`Bytes`] shows them.
    Bytes(i128),
    /// A number, as [`Count`] shows it.
    Count(i128),
}

impl fmt::Display for Signed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Bytes(difference) | Self::Count(difference)) = *self;
        let sign = match difference {
            0 => "",
            ..0 => "-",
            _ => "+",
        };
        let amount = usize::try_from(difference.unsigned_abs()).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(_) => formatter.pad(&std::format!("{sign}{}", Bytes(amount))),
            Self::Count(_) => formatter.pad(&std::format!("{sign}{}", Count(amount))),
        }
    }
}

/// A part as a percentage of a whole.
pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// `1 value`, `2 values`.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> std::string::String {
    std::format!("{} {}", Count(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

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
            (usize::MAX, "16.0 EiB"),
        ];
        for (bytes, text) in shown {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert_eq!(std::format!("{:>8}", Bytes(7)), "     7 B");
    }

    #[test]
    fn differences_have_a_sign() {
        let shown = [(0, "0 B", "0"), (-1536, "-1.5 KiB", "-1,536"), (7, "+7 B", "+7")];
        for (difference, bytes, count) in shown {
            assert_eq!(Signed::Bytes(difference).to_string(), bytes);
            assert_eq!(Signed::Count(difference).to_string(), count);
        }
        assert_eq!(Signed::Bytes(i128::MIN).to_string(), "-16.0 EiB");
        assert_eq!(std::format!("{:>8}", Signed::Count(-7)), "      -7");
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        let shown = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (count, text) in shown {
            assert_eq!(Count(count).to_string(), text);
        }
    }
}
