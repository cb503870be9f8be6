//! `ndarray` 0.17: the dimensions are exact, the elements a lower bound.
//!
//! An owned array is a vector (`OwnedRepr` in `src/data_repr.rs` of 0.17.2). Its capacity is not exposed, nor is the number of
//! elements that were sliced off. An `ArcArray` exposes no address that is common to all its slices, so its elements could not be
//! counted once. They are opaque unless it is the only handle. Views own only their dimensions.

use core::alloc::Layout;

use ndarray::{
    ArrayBase, CowRepr, Dim, Dimension, IxDynImpl, OwnedArcRepr, OwnedRepr, RawViewRepr, ShapeError,
    SliceInfoElem, ViewRepr,
};

use crate::impls::alloc::vec::is_dangling;
use crate::{DeepSize, Reason, SharedBlock, Walker, layout};

flat! { ShapeError, SliceInfoElem }

flat! { Dim<[usize; N]> where [const N: usize] }

/// A block if there are more than four dimensions.
impl DeepSize for Dim<IxDynImpl> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_lengths(walker, self, self.slice());
    }
}

/// Reports the block of a dynamic shape's numbers. Up to four of them are in the value, more are in a block.
fn walk_lengths<T, L>(walker: &mut Walker<'_>, value: &T, lengths: &[L]) {
    let inside = core::ptr::from_ref(value).cast::<L>().cast::<u8>();
    let address = lengths.as_ptr().cast::<u8>().addr().wrapping_sub(inside.addr());
    if address >= size_of::<T>() {
        walker.allocation(lengths.as_ptr(), Layout::for_value(lengths), size_of_val(lengths));
    }
}

/// Reports the dimensions and strides of an array.
macro_rules! walk_shape {
    ($walker:ident, $array:ident) => {
        walk_lengths($walker, $array, $array.shape());
        walk_lengths($walker, $array, $array.strides());
    };
}

/// The elements, without spare capacity and elements that were sliced off.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<OwnedRepr<A>, D> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        if size_of::<A>() > 0 && !is_dangling(self.as_ptr()) {
            walker.lower_bound(Reason::Capacity, None);
        }
        if let Some(layout) = layout::buffer::<A>(self.len()) {
            walker.allocation(self.as_ptr(), layout, layout.size());
        }
        walker.elements(self);
    }
}

/// Like an owned array or a view, whichever it is.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<CowRepr<'_, A>, D> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        if self.is_view() {
            return;
        }
        if size_of::<A>() > 0 && !is_dangling(self.as_ptr()) {
            walker.lower_bound(Reason::Capacity, None);
        }
        if let Some(layout) = layout::buffer::<A>(self.len()) {
            walker.allocation(self.as_ptr(), layout, layout.size());
        }
        walker.elements(self);
    }
}

/// Like an owned array in an `Arc` if this is the only handle; otherwise the elements are opaque.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<OwnedArcRepr<A>, D> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        walker.opaque(Reason::Hidden);
        if let (true, Some(elements)) = (self.is_unique(), layout::buffer::<A>(self.len())) {
            let block = SharedBlock::new(self.as_ptr(), elements).with_strong_count(1).with_weak_count(0);
            walker.shared_with::<[A], _>(block, elements.size(), |walker| {
                // A pointer and two lengths.
                let (counted, _) = layout::counted_block(Layout::new::<[usize; 3]>());
                walker.allocation(core::ptr::null::<()>(), counted, counted.size());
                walker.elements(self);
            });
        }
    }
}

/// Implements `DeepSize` for views.
macro_rules! views {
    ($($type:ty where [$($generics:tt)*],)*) => {$(
        /// The dimensions alone.
        impl<$($generics)*> DeepSize for $type {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_shape!(walker, self);
            }
        }
    )*};
}

views! {
    ArrayBase<ViewRepr<&A>, D> where [A, D: Dimension],
    ArrayBase<ViewRepr<&mut A>, D> where [A, D: Dimension],
    ArrayBase<RawViewRepr<*const A>, D> where [A, D: Dimension],
    ArrayBase<RawViewRepr<*mut A>, D> where [A, D: Dimension],
}
