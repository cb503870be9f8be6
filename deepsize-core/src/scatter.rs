//! Sums over many values that lead all over the heap: what they lead to is asked for some values ahead.
//!
//! A walk over such values waits for memory most of the time, and no processor guesses the next address. Where the values
//! lie in the order in which they were allocated it does guess, and asking costs more than it saves; so the first thing is
//! to look at a few.

use crate::later::CACHED;
use crate::machine::{prefetch, prefetch_near};
use crate::sum::Sum;
use crate::{DeepSize, Walker};

/// How many entries of a map ahead.
#[cfg(hash_table)]
const AHEAD: usize = 32;

/// How many handles ahead: of each little more than its counts is read, so that many can be waited for.
const HANDLES_AHEAD: usize = 32;

/// Fewer values than these are likely in a cache.
pub(crate) const MANY: usize = 2048;

/// Whether what the elements lead to lies here and there.
#[inline]
pub(crate) fn is_scattered<T: DeepSize>(elements: &[T]) -> bool {
    elements.len() >= MANY && jumps_about(elements)
}

// Apart, for most slices are too small to need it.
#[inline(never)]
fn jumps_about<T: DeepSize>(elements: &[T]) -> bool {
    const SAMPLE: usize = 16;
    const NEAR: usize = 1024;
    const PLACES: usize = 4;

    // From each of the last few, for memory is often given out from two or three places in turn, in order in each.
    let (mut jumps, mut before) = (0, [0_usize; PLACES]);
    let sample = &elements[elements.len() / 2..][..SAMPLE];
    let addresses = sample.iter().map(T::leads_to).filter(|&address| address != 0);
    let mut seen = 0;
    for address in addresses {
        jumps += usize::from(before.iter().all(|before| address.abs_diff(*before) > NEAR));
        before[seen % PLACES] = address;
        seen += 1;
    }
    // The first one in each place is a jump, too.
    jumps > PLACES && jumps > seen / 2
}

/// How many values are asked for at once.
const BATCH: usize = 8;

/// Whether what the elements lead to takes more memory than a cache holds, so that it pays to ask for what that leads to in turn:
/// for this it has to be looked at twice.
pub(crate) fn is_wide<T: DeepSize>(elements: &[T]) -> bool {
    const SAMPLE: usize = 16;

    let sample = elements.iter().step_by(elements.len() / SAMPLE).map(T::leads_to);
    let (mut lowest, mut highest) = (usize::MAX, 0);
    for address in sample.filter(|&address| address != 0) {
        (lowest, highest) = (lowest.min(address), highest.max(address));
    }
    highest.saturating_sub(lowest) > CACHED
}

/// Goes through scattered elements for somebody who watches, and asks for what they lead to some elements ahead.
///
/// It asks for some at once: between two elements there is so much to tell that a processor would wait for the page of each
/// before it gets to the next. And it asks for two lines of each, which a plain walk is too fast to gain from.
pub(crate) fn ahead<T: DeepSize>(elements: &[T]) -> impl Iterator<Item = &T> {
    const LINE: usize = 64;

    let mut later = elements.chunks(BATCH).skip(1);
    elements.chunks(BATCH).flat_map(move |batch| {
        for address in later.next().into_iter().flatten().map(T::leads_to).filter(|&address| address != 0) {
            prefetch(address);
            prefetch(address.wrapping_add(LINE));
        }
        batch
    })
}

/// What scattered elements own.
#[inline(never)]
pub(crate) fn sum_elements<'e, S: Sum, T: DeepSize>(
    walker: &mut Walker<'e>,
    elements: &'e [T],
    sum: impl Fn(&'e T, &mut Walker<'e>) -> S,
) -> S {
    let mut further = elements.chunks(BATCH).skip(2);
    let mut next = if is_wide(elements) { elements.chunks(BATCH) } else { [].chunks(BATCH) }.skip(1);
    elements.chunks(BATCH).fold(S::NONE, |before, batch| {
        further.next().unwrap_or_default().iter().for_each(|element| element.__ask_ahead(false));
        next.next().unwrap_or_default().iter().for_each(|element| element.__ask_ahead(true));
        batch.iter().fold(before, |before, element| before + sum(element, walker))
    })
}

/// What scattered handles add, up to the first that adds nothing, and the handles behind that.
#[inline(never)]
pub(crate) fn sum_handles<'e, S: Sum, T: DeepSize>(
    walker: &mut Walker<'e>,
    handles: &'e [T],
    sum: impl Fn(&'e T, &mut Walker<'e>) -> S,
) -> (S, &'e [T]) {
    let mut later = handles.iter().skip(HANDLES_AHEAD);
    let mut handles = handles.iter();
    let mut total = S::NONE;
    for handle in handles.by_ref() {
        if let Some(later) = later.next() {
            prefetch_near(later.leads_to());
        }
        let added = sum(handle, walker);
        total = total + added;
        if added == S::NONE {
            break;
        }
    }
    (total, handles.as_slice())
}

/// Values of which what they lead to was asked for. Each is added up when as many others as there is room for have followed;
/// one that leads nowhere is added up at once.
#[cfg(hash_table)]
struct Asked<'e, T> {
    ring: [Option<&'e T>; AHEAD],
    oldest: usize,
}

#[cfg(hash_table)]
impl<'e, T: DeepSize> Asked<'e, T> {
    fn new() -> Self {
        Self { ring: [None; AHEAD], oldest: 0 }
    }

    /// Takes a value, and returns what the one owns whose turn it is.
    #[inline(always)]
    fn sum<S: Sum>(&mut self, walker: &mut Walker<'e>, value: &'e T) -> S {
        let address = value.leads_to();
        if address == 0 {
            return S::of(value, walker);
        }
        value.__ask_ahead(false);
        let due = self.ring[self.oldest].replace(value);
        self.oldest = (self.oldest + 1) % AHEAD;
        due.map_or(S::NONE, |value| S::of(value, walker))
    }

    /// What those own whose turn has not come.
    fn rest<S: Sum>(self, walker: &mut Walker<'e>) -> S {
        self.ring.into_iter().flatten().fold(S::NONE, |before, value| before + S::of(value, walker))
    }
}

/// What the entries of a large map own, and the key of the last.
#[cfg(hash_table)]
#[inline(never)]
pub(crate) fn sum_entries<'e, S: Sum, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> (Option<&'e K>, S) {
    let (mut keys, mut values) = (Asked::new(), Asked::new());
    let (last, total) = entries.fold((None, S::NONE), |(_, before), (key, value)| {
        (Some(key), before + keys.sum(walker, key) + values.sum(walker, value))
    });
    (last, total + keys.rest(walker) + values.rest(walker))
}
