//! `bytes` 1: lower bounds, each with an opaque part, because the handles do not expose their blocks.
//!
//! - `BytesMut`: its capacity, which no other handle overlaps. The block may also have bytes that were split off or read, and
//!   a shared state of up to five words. Neither is exposed.
//! - `Bytes`: its length if it is the only handle on its buffer. Otherwise it may refer to a static text, so it counts
//!   nothing. Clones and slices never count bytes twice within a walk. A tally identifies the buffer by the start address of
//!   the handle.
//! - `Bytes::new()` owns nothing and is exact.
//!
//! Source: `bytes.rs` and `bytes_mut.rs` of `bytes` 1.12.

use core::alloc::Layout;

use bytes::buf::{Chain, Limit, Take};
use bytes::{Bytes, BytesMut};

use crate::{DeepSize, Reason, SharedBlock, Walker};

impl DeepSize for Bytes {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // The address of every empty static slice. There is no block.
        if self.is_empty() && self.as_ptr() == Self::new().as_ptr() {
            return;
        }
        if self.is_unique() {
            let part = SharedBlock::new(self.as_ptr(), Layout::for_value(&**self));
            walker.shared(part.with_strong_count(1).with_weak_count(0), &**self);
        }
        walker.opaque(Reason::Hidden);
    }
}

impl DeepSize for BytesMut {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Ok(layout) = Layout::array::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
        walker.elements(&**self);
        walker.opaque(Reason::Hidden);
    }
}

impl<A: DeepSize, B: DeepSize> DeepSize for Chain<A, B> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("a", self.first_ref());
        walker.field("b", self.last_ref());
    }

    fn is_flat() -> bool {
        A::is_flat() && B::is_flat()
    }
}

/// Implements `DeepSize` for adapters around one buffer.
macro_rules! adapters {
    ($($type:ident)*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.inner(self.get_ref());
            }

            fn is_flat() -> bool {
                T::is_flat()
            }
        }
    )*};
}

adapters! { Limit Take }
