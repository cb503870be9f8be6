//! Sums over many values that lead all over the heap: what they lead to is asked for some values ahead.
//!
//! A walk over such values waits for memory most of the time, and no processor guesses the next address. Where the values
//! lie in the order in which they were allocated it does guess, and asking costs more than it saves; so the first thing is
//! to look at a few.

use core::iter::Skip;
use core::slice;

use crate::machine::prefetch;
use crate::{DeepSize, Walker};

/// How many values ahead.
const AHEAD: usize = 16;

/// Fewer values than these are likely in a cache.
pub(crate) const MANY: usize = 2048;

/// Whether what the elements lead to lies here and there.
#[inline]
pub(crate) fn is_scattered<T: DeepSize>(elements: &[T]) -> bool {
    const SAMPLE: usize = 16;
    const NEAR: usize = 1024;

    if elements.len() < MANY {
        return false;
    }
    let (mut jumps, mut before) = (0, 0);
    for element in &elements[elements.len() / 2..][..SAMPLE] {
        let address = element.leads_to();
        if address != 0 {
            jumps += usize::from(address.abs_diff(before) > NEAR);
            before = address;
        }
    }
    jumps > SAMPLE / 4
}

/// Goes through scattered elements, and asks for what they lead to some elements ahead.
pub(crate) struct Ahead<'e, T> {
    elements: slice::Iter<'e, T>,
    later: Skip<slice::Iter<'e, T>>,
}

impl<'e, T: DeepSize> Ahead<'e, T> {
    pub(crate) fn of(elements: &'e [T]) -> Self {
        Self { elements: elements.iter(), later: elements.iter().skip(AHEAD) }
    }
}

impl<'e, T: DeepSize> Iterator for Ahead<'e, T> {
    type Item = &'e T;

    #[inline]
    fn next(&mut self) -> Option<&'e T> {
        if let Some(later) = self.later.next() {
            ask_for(later);
        }
        self.elements.next()
    }
}

/// What scattered elements own.
#[inline(never)]
pub(crate) fn sum_elements<T: DeepSize>(
    walker: &mut Walker<'_>,
    elements: &[T],
    sum: impl Fn(&T, &mut Walker<'_>) -> usize,
) -> usize {
    Ahead::of(elements).fold(0, |bytes, element| bytes + sum(element, walker))
}

/// What the entries of a large map own, and the key of the last.
#[cfg(feature = "std")]
#[inline(never)]
pub(crate) fn sum_entries<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'_>,
    entries: impl Iterator<Item = (&'e K, &'e V)> + Clone,
) -> (Option<&'e K>, usize) {
    let mut later = entries.clone().skip(AHEAD);
    let (mut last, mut bytes) = (None, 0);
    for (key, value) in entries {
        if let Some((key, value)) = later.next() {
            ask_for(key);
            ask_for(value);
        }
        last = Some(key);
        bytes += key.sum_owned(walker) + value.sum_owned(walker);
    }
    (last, bytes)
}

#[inline]
fn ask_for<T: DeepSize>(value: &T) {
    let address = value.leads_to();
    if address != 0 {
        prefetch(address);
    }
}
