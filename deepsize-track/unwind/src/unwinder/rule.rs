//! Unwind rules, and their form in the cache.

/// Finds the caller's frame. All positions are in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The caller's frame begins `size` above the stack pointer, or above the base pointer if `by_base`. The return address is
    /// `link` below that. The base pointer is saved `base` below, or still in its register if `base` is 0.
    Frame { by_base: bool, size: u64, link: u64, base: u64 },
    /// There is no caller. Traces include the frame if it `is_listed`.
    Outermost { is_listed: bool },
    /// The frame does not fit this form.
    Unknown,
}

/// The number of bits of `Frame::size`, and of the position that is not fixed.
#[cfg(target_arch = "x86_64")]
const BITS: (u32, u32) = (17, 10);
#[cfg(target_arch = "aarch64")]
const BITS: (u32, u32) = (15, 13);

impl Rule {
    /// The number of bits of a packed rule.
    pub(crate) const BITS: u32 = 2 + BITS.0 + BITS.1;

    /// A non-zero number. A frame that is too large for it becomes `Unknown`.
    pub(crate) fn pack(self) -> u64 {
        let (by_base, size, link, base) = match self {
            Self::Frame { by_base, size, link, base } => (by_base, size, link, base),
            Self::Outermost { is_listed } => return 2 | u64::from(is_listed) << 2,
            Self::Unknown => return 3,
        };
        // The call instruction of x86-64 stores the return address. On AArch64, functions store it, usually after the base pointer.
        let position = if cfg!(target_arch = "x86_64") { base } else { link << 1 | u64::from(base > 0) };
        let packed = u64::from(by_base) | size << 2 | position << (2 + BITS.0);
        if size < 1 << BITS.0 && position < 1 << BITS.1 && Self::unpack(packed) == self { packed } else { 3 }
    }

    #[inline(always)]
    pub(crate) fn unpack(packed: u64) -> Self {
        if packed & 2 != 0 {
            return if packed & 1 == 0 {
                Self::Outermost { is_listed: packed & 4 != 0 }
            } else {
                Self::Unknown
            };
        }
        let position = packed >> (2 + BITS.0) & ((1 << BITS.1) - 1);
        let (link, base) = if cfg!(target_arch = "x86_64") {
            (1, position)
        } else {
            (position >> 1, if position & 1 == 0 { 0 } else { (position >> 1) + 1 })
        };
        Self::Frame { by_base: packed & 1 == 1, size: packed >> 2 & ((1 << BITS.0) - 1), link, base }
    }
}
