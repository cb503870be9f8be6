//! `triomphe` 0.1: exact.
//!
//! A block with one counter and the value, counted once for all handles. In a `ThinArc`, the value is header, length and slice.
//!
//! Source: `ArcInner` and `HeaderSlice` of `triomphe` 0.1.17, both `repr(C)`.

use core::alloc::Layout;

use triomphe::{
    Arc, ArcBorrow, ArcUnion, ArcUnionBorrow, HeaderSlice, HeaderSliceWithLengthProtected, HeaderWithLength,
    OffsetArc, ThinArc, UniqueArc,
};

use crate::container::Container;
use crate::{DeepSize, SharedBlock, Walker};

/// The block with this value and its counter.
#[inline]
fn block<T: ?Sized>(value: &T, strong: usize) -> SharedBlock {
    let value_layout = Layout::for_value(value);
    let (layout, offset) = match Layout::new::<usize>().extend(value_layout) {
        Ok((block, offset)) => (block.pad_to_align(), offset),
        // No existing value is that large.
        Err(_) => (value_layout, 0),
    };
    let start = core::ptr::from_ref(value).cast::<u8>().wrapping_sub(offset);
    SharedBlock::new(start, layout).with_strong_count(strong).with_weak_count(0)
}

/// Implements `DeepSize` for handles. The function returns the strong count.
macro_rules! handles {
    ($($type:ty where [$($generics:tt)*]: $strong:path;)*) => {$(
        impl<$($generics)*> DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.shared(block(&**self, $strong(self)), &**self);
            }
        }
    )*};
}

handles! {
    Arc<T> where [T: DeepSize + ?Sized]: Self::strong_count;
    OffsetArc<T> where [T: DeepSize + ?Sized]: Self::strong_count;
    ThinArc<H, T> where [H: DeepSize, T: DeepSize]: Self::strong_count;
    UniqueArc<T> where [T: DeepSize + ?Sized]: one;
}

impl<T: ?Sized> Container for Arc<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.shared_value_with(block(&**self, Self::strong_count(self)), &**self, walk);
    }
}

#[inline]
fn one<T: ?Sized>(_: &UniqueArc<T>) -> usize {
    1
}

impl<A: DeepSize, B: DeepSize> DeepSize for ArcUnion<A, B> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let strong = Self::strong_count(self);
        match self.borrow() {
            ArcUnionBorrow::First(value) => {
                walker.variant("First");
                walker.shared(block(&*value, strong), &*value);
            }
            ArcUnionBorrow::Second(value) => {
                walker.variant("Second");
                walker.shared(block(&*value, strong), &*value);
            }
        }
    }
}

flat! {
    /// Borrows its value.
    ArcBorrow<'_, T> where [T: ?Sized],
    /// Borrows its value.
    ArcUnionBorrow<'_, A, B> where [A, B],
}

impl<H: DeepSize, T: DeepSize + ?Sized> DeepSize for HeaderSlice<H, T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("header", &self.header);
        walker.field("slice", &self.slice);
    }
}

impl<H: DeepSize> DeepSize for HeaderWithLength<H> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("header", &self.header);
        walker.flat_field("length", &self.length);
    }

    fn is_flat() -> bool {
        H::is_flat()
    }
}

impl<H: DeepSize, T: DeepSize> DeepSize for HeaderSliceWithLengthProtected<H, T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("header", self.header());
        walker.field("slice", self.slice());
    }
}
