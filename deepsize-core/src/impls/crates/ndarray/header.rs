//! The address of the block with the reference counts of an `ArcArray`, which no safe function exposes.
//!
//! Source: `ArrayBase` and `ArrayParts` in `src/lib.rs` of `ndarray` 0.17.2.
#![expect(unsafe_code, reason = "reads the words of an array, with its proof")]

use core::ptr::null;

use ndarray::{ArrayBase, Dimension, OwnedArcRepr};

use crate::impls::words::{unknown_word, words};

/// The address, or null if it is unknown.
pub(super) fn of<A, D: Dimension>(array: &ArrayBase<OwnedArcRepr<A>, D>) -> *const () {
    let Some(dimensions) = D::NDIM else { return null() };
    // SAFETY: an array is an `Arc`, a pointer, and two arrays of as many numbers as there are dimensions. None of them changes
    // behind a shared reference.
    let Some(words) = (unsafe { words(array, &(), 2 + 2 * dimensions) }) else { return null() };
    let strides = array.strides().iter().map(|&stride| stride as usize);
    unknown_word(words, array.shape().iter().copied().chain(strides).chain([array.as_ptr().addr()]))
}
