//! Figures as Python's `tracemalloc` writes them (CPython 3.13, `Lib/tracemalloc.py`).

use std::fmt;

use crate::usage::is_installed;

/// A number of bytes, in the unit that leaves three to five digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size(pub(super) f64);

impl Size {
    pub(super) fn of(bytes: u64) -> Self {
        Self(bytes as f64)
    }
}

/// With a sign if the formatter has the flag `+`.
impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut size = self.0;
        for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
            let decimals = usize::from(size.abs() < 100.0 && unit != "B");
            if decimals == 1 || size.abs() < 10.0 * 1024.0 || unit == "TiB" {
                return if out.sign_plus() {
                    write!(out, "{size:+.decimals$} {unit}")
                } else {
                    write!(out, "{size:.decimals$} {unit}")
                };
            }
            size /= 1024.0;
        }
        Ok(())
    }
}

/// Remarks that stand below a table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notes {
    pub(super) is_recorded: bool,
    pub(super) sampled_by: Option<u64>,
    pub(super) lost: u64,
    pub(super) own: u64,
}

impl Notes {
    /// Why there is no table, if there is none.
    pub(super) fn instead(&self, rows: usize) -> Option<&'static str> {
        if !self.is_recorded {
            Some(NOTHING)
        } else if rows == 0 && !is_installed() {
            Some(NOT_INSTALLED)
        } else {
            None
        }
    }

    /// Writes the remarks.
    pub(super) fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mean) = self.sampled_by {
            write!(out, "\nthese are estimates: one byte in {mean} was sampled")?;
        }
        if self.lost > 0 {
            write!(out, "\n{} blocks could not be recorded, for lack of memory", self.lost)?;
        }
        Ok(())
    }
}

/// Instead of a table without rows.
const NOTHING: &str = "nothing was recorded: start a Recorder first";
const NOT_INSTALLED: &str = "nothing was recorded: the program's allocator is no `TrackingAllocator`";

#[cfg(test)]
mod tests {
    use super::Size;

    /// What CPython 3.11 prints.
    #[test]
    fn sizes_are_those_of_tracemalloc() {
        for (size, plain, signed) in [
            (0.0, "0 B", "+0 B"),
            (99.0, "99 B", "+99 B"),
            (1024.0, "1024 B", "+1024 B"),
            (10239.0, "10239 B", "+10239 B"),
            (10240.0, "10.0 KiB", "+10.0 KiB"),
            (102_376.0, "100.0 KiB", "+100.0 KiB"),
            (102_400.0, "100 KiB", "+100 KiB"),
            (10_485_759.0, "10240 KiB", "+10240 KiB"),
            (10_485_760.0, "10.0 MiB", "+10.0 MiB"),
            ((1_u64 << 30) as f64, "1024 MiB", "+1024 MiB"),
            ((1_u64 << 43) as f64, "8192 GiB", "+8192 GiB"),
            ((1_u64 << 53) as f64, "8192 TiB", "+8192 TiB"),
            ((1_u64 << 62) as f64, "4194304 TiB", "+4194304 TiB"),
            (0.5, "0 B", "+0 B"),
            (1.5, "2 B", "+2 B"),
            (106.8, "107 B", "+107 B"),
            (12345.6, "12.1 KiB", "+12.1 KiB"),
            (-10240.0, "-10.0 KiB", "-10.0 KiB"),
            (-1023.0, "-1023 B", "-1023 B"),
        ] {
            assert_eq!(Size(size).to_string(), plain);
            assert_eq!(format!("{:+}", Size(size)), signed);
        }
    }
}
