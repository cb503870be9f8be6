use core::ops::{Add, AddAssign};

/// The blocks that a walk has counted, in one sum.
///
/// Sums of several add up; where they exceed `usize`, as only blocks counted more than once can, they wrap around.
///
/// ```
/// use std::sync::Arc;
/// use deep_size_core::{DeepSize, Detail, Observer, Tally, Totals};
///
/// #[derive(Default)]
/// struct Counted(Totals);
///
/// impl Observer for Counted {
///     fn detail(&self) -> Detail {
///         Detail::Totals
///     }
///     fn totals(&mut self, totals: &Totals) {
///         self.0 += *totals;
///     }
/// }
///
/// let text = Arc::new(String::from("text"));
/// let value = [text.clone(), text];
/// let mut counted = Counted::default();
/// Tally::new().add_observed(&value, &mut counted);
/// // The block of counters and `String`, and that of the text.
/// assert_eq!((counted.0.blocks, counted.0.bytes), (2, value.heap_size()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Totals {
    /// How many blocks there are: those with one owner, each shared one once, and what references point to if that was to be
    /// counted.
    pub blocks: usize,
    /// Their sizes together, in bytes: what the walk adds to the shallow size of the value.
    pub bytes: usize,
}

// In one walk nothing can overflow, for each byte in memory is counted once; so a debug build need not check.
impl Totals {
    /// No blocks.
    pub(crate) const NONE: Self = Self { blocks: 0, bytes: 0 };

    /// So many blocks of this many bytes together.
    #[inline]
    pub(crate) const fn new(blocks: usize, bytes: usize) -> Self {
        Self { blocks, bytes }
    }

    /// These, and a block of so many bytes; of none, if it has no bytes.
    #[inline]
    pub(crate) const fn and_block(self, bytes: usize) -> Self {
        self.and(Self::new((bytes > 0) as usize, bytes))
    }

    /// These and others.
    #[inline]
    pub(crate) const fn and(self, others: Self) -> Self {
        Self::new(self.blocks.wrapping_add(others.blocks), self.bytes.wrapping_add(others.bytes))
    }
}

impl Add for Totals {
    type Output = Self;

    #[inline]
    fn add(self, others: Self) -> Self {
        self.and(others)
    }
}

impl AddAssign for Totals {
    #[inline]
    fn add_assign(&mut self, others: Self) {
        *self = self.and(others);
    }
}
