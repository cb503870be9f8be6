//! Reads the words of a value. Some are pointers that no safe function exposes. They are never dereferenced.
#![expect(unsafe_code, reason = "reads the words of a value; each caller has the proof")]

use core::ptr::{from_ref, without_provenance};

/// The words of a value outside `part`. `None` unless there are exactly `count` of them, without padding.
///
/// Pass `&()` as the part to read all words.
///
/// # Safety
///
/// If the value consists of `count` words and the part, these words are initialised, and nothing changes them during the borrow.
pub(super) unsafe fn words<'v, T, P>(
    value: &'v T,
    part: &'v P,
    count: usize,
) -> Option<impl Iterator<Item = *const ()> + 'v> {
    const WORD: usize = size_of::<usize>();

    let size = count.checked_mul(WORD)?;
    let offset = match size_of::<P>() {
        0 => 0,
        _ => from_ref(part).addr().checked_sub(from_ref(value).addr())?,
    };
    let is_aligned = align_of::<T>() == WORD && size_of::<P>() % WORD == 0 && offset % WORD == 0;
    if size_of::<T>() != size + size_of::<P>() || !is_aligned || offset > size {
        return None;
    }
    let around = (0..count).map(move |at| if at < offset / WORD { at } else { at + size_of::<P>() / WORD });
    // SAFETY: the word is inside the value and outside the part, and the sizes leave no room for padding. So it is initialised, as
    // the caller promises.
    Some(around.map(move |at| unsafe { from_ref(value).cast::<*const ()>().add(at).read() }))
}

/// The only unknown word: the wrapping sum of all words, minus the known ones. The order of the words does not matter.
pub(super) fn unknown_word(
    words: impl Iterator<Item = *const ()>,
    known: impl IntoIterator<Item = usize>,
) -> *const () {
    let sum = words.map(<*const ()>::addr).fold(0, usize::wrapping_add);
    without_provenance(known.into_iter().fold(sum, usize::wrapping_sub))
}
