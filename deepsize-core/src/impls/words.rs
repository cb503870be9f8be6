//! A private word of a value: a pointer that no safe function exposes. It is never dereferenced.
#![expect(unsafe_code, reason = "reads the words of a value, with its proof")]

use core::ptr::from_ref;

/// The one word of a value that is not among the `known` ones, or `None` if the value does not have `count` words.
///
/// The order of the words is irrelevant: the result is their sum without the known ones.
///
/// # Safety
///
/// If the size of `T` is `count` words, then all of them are initialised, and nothing changes them during the borrow.
pub(super) unsafe fn hidden_word<T>(
    value: &T,
    count: usize,
    known: impl Iterator<Item = usize>,
) -> Option<*const ()> {
    if size_of::<T>() != count * size_of::<usize>() || align_of::<T>() != align_of::<usize>() {
        return None;
    }
    let words = from_ref(value).cast::<*const ()>();
    // SAFETY: the word is inside the value, and initialised as the caller promises.
    let word = |at| unsafe { words.add(at).read() }.addr();
    let all = (0..count).map(word).fold(0, usize::wrapping_add);
    Some(core::ptr::without_provenance(known.fold(all, usize::wrapping_sub)))
}
