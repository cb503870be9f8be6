//! `tendril` 0.5: lower bounds, except that shared texts are opaque.
//!
//! Source: `Buf32` in `src/buf32.rs` and `Header` in `src/tendril.rs` of 0.5.1. A buffer is a vector of 16-byte units. The first
//! is the header. An owned text starts at the second.

use tendril::fmt::Format;
use tendril::{Atomicity, SendTendril, Tendril};

use crate::{DeepSize, Reason, Walker};

/// The length of the longest inline text, in bytes.
const INLINE: usize = 8;

/// The header: a count and a capacity, which take two words.
type Unit = [usize; 2];

/// The units of a buffer with room for the text. Spare capacity is not exposed.
impl<F: Format, A: Atomicity> DeepSize for Tendril<F, A> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let len = self.len32() as usize;
        if self.is_shared() {
            walker.opaque(Reason::Slice);
        } else if len > INLINE {
            let units = 1 + len.max(16).div_ceil(size_of::<Unit>());
            walker.buffer(self.as_bytes().as_ptr().cast::<Unit>(), units, units);
            walker.lower_bound(Reason::Capacity, None);
        } else {
            // A cleared text keeps its buffer, and cannot be distinguished from an inline text.
            walker.lower_bound(Reason::Capacity, None);
        }
    }
}

opaque! { Hidden: SendTendril<F> where [F: Format] }
