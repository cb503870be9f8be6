//! Numbers for people.

use std::fmt;

/// Bytes in the largest unit of which there is at least one: `512 B`, `1.5 KiB`.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut amount, mut unit) = (self.0 as f64, "B");
        if self.0 < 1024 {
            return write!(out, "{} B", self.0);
        }
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // What would be rounded to 1024.0 is 1.0 of the next unit.
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

#[cfg(test)]
mod tests {
    use super::{Bytes, Count};

    #[test]
    fn numbers_are_readable() {
        let bytes = [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB")];
        for (number, text) in bytes {
            assert_eq!(Bytes(number).to_string(), text);
        }
        assert_eq!(Bytes(u64::MAX).to_string(), "16.0 EiB");
        let counts = [(0, "0"), (999, "999"), (1000, "1,000"), (1_002_003, "1,002,003")];
        for (number, text) in counts {
            assert_eq!(Count(number).to_string(), text);
        }
    }
}
