//! `bytes` 1: exact for handles without memory and for vectors without spare capacity; otherwise lower bounds.
//!
//! | handle | counts |
//! | --- | --- |
//! | `Bytes` on a static | nothing; exact |
//! | `Bytes` from a vector or box without spare capacity, never cloned or shortened | the block; exact |
//! | such a `Bytes` after `advance` | the block, or all of it except one byte |
//! | another `Bytes` | the bytes that it shows; handles to overlapping or adjoining parts count their union once |
//! | `Bytes::from_owner` | nothing; opaque, because the memory can be of any kind |
//! | `BytesMut` | its capacity, which no other handle overlaps |
//!
//! The other lower bounds have no known limit. A handle exposes neither the other parts of its buffer nor the shared state of up
//! to five words. If the representation of `Bytes` is unknown, only unique handles are measured, and the others are opaque.
//!
//! Source: `bytes.rs` and `bytes_mut.rs` of `bytes` 1.12.

pub(super) mod kind;

use core::alloc::Layout;
use core::ptr::{null, without_provenance};

use bytes::buf::{Chain, Limit, Take};
use bytes::{Bytes, BytesMut};

use self::kind::Kind;
use crate::{DeepSize, Reason, Walker};

impl DeepSize for Bytes {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let end = self.as_ptr().addr() + self.len();
        match kind::of(self) {
            Kind::Static => {}
            Kind::Vector { tagged_start } => {
                if tagged_start - 1 == self.as_ptr().addr() {
                    walker.shared_part(tagged_start - 1..end, self, true);
                } else {
                    walker.lower_bound(Reason::Slice, Some(1));
                    walker.uncounted_block(without_provenance::<()>(tagged_start));
                    walker.shared_part(tagged_start..end, self, true);
                }
            }
            Kind::Shared { is_unique, state } => {
                walker.shared_slice(self, is_unique);
                walker.uncounted_block(without_provenance::<()>(state));
                if self.is_empty() {
                    // The address may be the end of the block.
                    walker.uncounted_block(null::<()>());
                }
            }
            Kind::Unknown => walker.opaque(Reason::Hidden),
        }
    }
}

impl DeepSize for BytesMut {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // All buffers that never had memory share this address.
        if self.capacity() == 0 && self.as_ptr() == Self::new().as_ptr() {
            return;
        }
        if let Ok(layout) = Layout::array::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
        // There may be a block that counts the handles.
        walker.uncounted_block(null::<()>());
        walker.elements(&**self);
        walker.lower_bound(Reason::Slice, None);
    }
}

impl<A: DeepSize, B: DeepSize> DeepSize for Chain<A, B> {
    built_in! {}

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
            built_in! {}

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
