//! `tendril` 0.5: exact for inline texts. Owned buffers are lower bounds, and shared ones are opaque.
//!
//! Source: `Buf32` in `src/buf32.rs` and `Header` in `src/tendril.rs` of 0.5.1. A buffer is a vector of 16-byte units. The first
//! is the header. An owned text starts at the second.

use core::ptr::from_ref;

use tendril::fmt::Format;
use tendril::{Atomicity, SendTendril, Tendril};

use crate::{DeepSize, Reason, Walker};

/// The header: a count and a capacity, which take two words.
type Unit = [usize; 2];

/// The units of a buffer with room for the text. Spare capacity is not exposed.
impl<F: Format, A: Atomicity> DeepSize for Tendril<F, A> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (text, this) = (self.as_bytes().as_ptr(), from_ref(self));
        let is_inline = (this.addr()..this.addr() + size_of::<Self>()).contains(&text.addr());
        let len = self.len32() as usize;
        if self.is_shared() {
            walker.uncounted_block(text);
            walker.opaque(Reason::Slice);
        } else if len > 0 && !is_inline {
            let units = 1 + len.max(16).div_ceil(size_of::<Unit>());
            walker.buffer(text.cast::<Unit>(), units, units);
            walker.lower_bound(Reason::Capacity, None);
        } else if len == 0 && text != Self::new().as_bytes().as_ptr() {
            // `clear` keeps an owned buffer.
            walker.uncounted_block(text);
            walker.lower_bound(Reason::Capacity, None);
        }
    }
}

opaque! { Hidden: SendTendril<F> where [F: Format] }
