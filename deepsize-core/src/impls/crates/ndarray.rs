//! `ndarray` 0.17: the dimensions are exact, the elements a lower bound.
//!
//! An owned array is a vector (`OwnedRepr` in `src/data_repr.rs` of 0.17.2). Its capacity is not exposed, nor is the number of
//! elements that were sliced off. An `ArcArray` counts its visible elements, and hidden flat elements between them. Slices of one
//! array count their union once. The block with the reference counts is counted only for a unique handle, because its address is
//! not exposed. Views own only their dimensions.

use core::alloc::Layout;
use core::ops::Range;
use core::ptr::null;
use core::slice::from_ref;

use ndarray::{
    ArrayBase, CowRepr, Data, Dim, Dimension, IxDynImpl, OwnedArcRepr, OwnedRepr, RawViewRepr, ShapeError,
    SliceInfoElem, ViewRepr,
};

use crate::impls::alloc::vec::is_dangling;
use crate::{DeepSize, Reason, Walker, layout};

flat! { ShapeError, SliceInfoElem }

flat! { Dim<[usize; N]> where [const N: usize] }

/// A block if there are more than four dimensions.
impl DeepSize for Dim<IxDynImpl> {
    built_in! {}

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

/// Reports the elements of an owned array, without spare capacity and elements that were sliced off.
fn walk_elements<A, S, D>(walker: &mut Walker<'_>, array: &ArrayBase<S, D>)
where
    A: DeepSize,
    S: Data<Elem = A>,
    D: Dimension,
{
    if size_of::<A>() > 0 && !is_dangling(array.as_ptr()) {
        walker.lower_bound(Reason::Capacity, None);
        if array.is_empty() {
            // The address may be the end of the block.
            walker.uncounted_block(null::<A>());
        }
    }
    if let Some(layout) = layout::buffer::<A>(array.len()) {
        walker.allocation(array.as_ptr(), layout, layout.size());
    }
    walker.elements(array);
}

/// The elements, without spare capacity and elements that were sliced off.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<OwnedRepr<A>, D> {
    built_in! { hides A }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        walk_elements(walker, self);
    }
}

/// Like an owned array or a view, whichever it is.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<CowRepr<'_, A>, D> {
    built_in! { hides A }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        if !self.is_view() {
            walk_elements(walker, self);
        }
    }
}

/// The visible elements. Overlapping slices count them once.
impl<A: DeepSize, D: Dimension> DeepSize for ArrayBase<OwnedArcRepr<A>, D> {
    built_in! { hides A }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shape!(walker, self);
        walker.lower_bound(Reason::Slice, None);
        let is_unique = self.is_unique();
        let mut part = |slice: &[A], range| walker.shared_part(range, slice, is_unique);
        let bytes = if let Some(elements) = self.as_slice_memory_order() {
            part(elements, span(elements.as_ptr(), &[elements.len()], &[1]))
        } else if A::is_flat() {
            // Hidden elements in between are in the same block.
            part(&[], span(self.as_ptr(), self.shape(), self.strides()))
        } else {
            let one = |element| part(from_ref(element), span(element, &[], &[]));
            self.iter().map(one).sum()
        };
        if is_unique && bytes > 0 {
            // A pointer and two lengths.
            let (counted, _) = layout::counted_block(Layout::new::<[usize; 3]>());
            walker.allocation(null::<()>(), counted, counted.size());
        } else {
            walker.uncounted_block(null::<()>());
        }
    }
}

/// The addresses from the first element in memory up to the last. `origin` is the element at index 0 of every dimension.
fn span<A>(origin: *const A, shape: &[usize], strides: &[isize]) -> Range<usize> {
    if shape.contains(&0) {
        return 0..0;
    }
    let steps =
        || shape.iter().zip(strides).map(|(len, stride)| stride.wrapping_mul(len.wrapping_sub(1) as isize));
    let first = origin.wrapping_offset(steps().filter(|step| *step < 0).sum());
    let last = origin.wrapping_offset(steps().filter(|step| *step > 0).sum());
    first.addr()..last.wrapping_add(1).addr()
}

/// Implements `DeepSize` for views.
macro_rules! views {
    ($($type:ty where [$($generics:tt)*],)*) => {$(
        /// The dimensions alone.
        impl<$($generics)*> DeepSize for $type {
            built_in! {}

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
