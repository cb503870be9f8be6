use core::fmt;

use crate::walk::Visited;
use crate::walker::Watch;
use crate::{DeepSize, Walker};

/// A deep size and its certainty.
///
/// There are three cases, and [`upper_bound`](Self::upper_bound) and [`is_exact`](Self::is_exact) distinguish them:
///
/// - *Exact*: every allocation was counted in full.
/// - *Bounded*: every part was counted, but some as lower bounds. The true size is at most
///   [`missing_size`](Self::missing_size) bytes larger, if that limit is known.
/// - *Incomplete*: [opaque parts](crate::Walker::opaque) were not counted at all.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use deep_size_core::{DeepSize, Size};
///
/// let names = vec![String::from("Ada")];
/// let size = Size::of(&names);
/// assert_eq!(size.deep_size, names.deep_size());
/// assert!(size.is_exact());
/// assert_eq!(size.to_string(), "51 bytes");
///
/// let size = Size::of(&Cell::new(names));
/// assert_eq!(size.opaque_part_count, 1);
/// assert_eq!(size.upper_bound(), None);
/// assert_eq!(size.to_string(), "at least 24 bytes: 1 part was not counted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Size {
    /// The counted bytes. The true size is never smaller.
    pub deep_size: usize,
    /// The number of parts that were counted as a lower bound.
    pub lower_bound_count: usize,
    /// The largest possible shortfall of all lower bounds together, in bytes. `None` if one of them has no known limit.
    pub missing_size: Option<usize>,
    /// The number of parts that were not counted.
    pub opaque_part_count: usize,
}

impl Size {
    pub(crate) const ZERO: Self =
        Self { deep_size: 0, lower_bound_count: 0, missing_size: Some(0), opaque_part_count: 0 };

    /// Measures a value.
    ///
    /// Takes as long as [`deep_size`](DeepSize::deep_size), and allocates no more.
    #[must_use]
    pub fn of<T: DeepSize + ?Sized>(value: &T) -> Self {
        let heap = Walker::new(&mut Visited::new(), Watch::None).sum(value);
        heap.with_shallow_size(size_of_val(value))
    }

    /// Whether the deep size is exact: no part is opaque or a lower bound.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.opaque_part_count == 0 && self.lower_bound_count == 0
    }

    /// The largest possible size in bytes, or `None` if it is unknown. Equals [`deep_size`](Self::deep_size) if that is exact.
    #[must_use]
    pub fn upper_bound(&self) -> Option<usize> {
        if self.opaque_part_count > 0 {
            return None;
        }
        self.missing_size.map(|missing| self.deep_size.saturating_add(missing))
    }

    pub(crate) fn with_shallow_size(self, bytes: usize) -> Self {
        Self { deep_size: self.deep_size.saturating_add(bytes), ..self }
    }

    /// Adds another size. Sums saturate, because an impl can report any layout.
    pub(crate) fn add(&mut self, other: Self) {
        self.deep_size = self.deep_size.saturating_add(other.deep_size);
        self.lower_bound_count = self.lower_bound_count.saturating_add(other.lower_bound_count);
        self.missing_size = match (self.missing_size, other.missing_size) {
            (Some(ours), Some(others)) => Some(ours.saturating_add(others)),
            _ => None,
        };
        self.opaque_part_count = self.opaque_part_count.saturating_add(other.opaque_part_count);
    }
}

/// An exact size of 0 bytes.
impl Default for Size {
    fn default() -> Self {
        Self::ZERO
    }
}

/// For example, `51 bytes`, `144 to 272 bytes` or `at least 24 bytes: 1 part was not counted`.
impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { deep_size, lower_bound_count, opaque_part_count, .. } = *self;
        match self.upper_bound() {
            Some(upper) if upper == deep_size => return write!(formatter, "{deep_size} bytes"),
            Some(upper) => return write!(formatter, "{deep_size} to {upper} bytes"),
            None => write!(formatter, "at least {deep_size} bytes: ")?,
        }
        let (count, what) = match opaque_part_count {
            0 => (lower_bound_count, "only as a lower bound"),
            count => (count, ""),
        };
        let parts = if count == 1 { "part was" } else { "parts were" };
        match what {
            "" => write!(formatter, "{count} {parts} not counted"),
            what => write!(formatter, "{count} {parts} counted {what}"),
        }
    }
}
