//! The address of the block with the reference counts of an `ArcArray`, which no safe function exposes.
//!
//! Source: `ArrayBase` and `ArrayParts` in `src/lib.rs` of `ndarray` 0.17.2.
#![expect(unsafe_code, reason = "reads the words of an array, with its proof")]

use core::ptr::null;

use ndarray::{ArrayBase, Dimension, OwnedArcRepr};

use crate::impls::words::hidden_word;

/// The address, or null if it is unknown.
pub(super) fn of<A, D: Dimension>(array: &ArrayBase<OwnedArcRepr<A>, D>) -> *const () {
    let Some(dimensions) = D::NDIM else { return null() };
    let shape = array.shape().iter().copied();
    let strides = array.strides().iter().map(|&stride| stride as usize);
    let known = [array.as_ptr().addr()].into_iter().chain(shape).chain(strides);
    // SAFETY: an array is an `Arc`, a pointer, and two arrays of as many numbers as there are dimensions. If its size is the size of
    // these words, it has no padding. None of them changes behind a shared reference.
    unsafe { hidden_word(array, 2 + 2 * dimensions, known) }.unwrap_or(null())
}
