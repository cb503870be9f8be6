//! Sums over trait objects of several types: some are looked at together, and those of one type added up in turn.
//!
//! Which function a trait object leads to no processor guesses if the types follow each other at random, and a wrong guess costs
//! as much as the sums of several small values. Of an object that follows others of its type it guesses right.

use alloc::boxed::Box;

use crate::machine::{prefetch, prefetch_near};
use crate::scatter::{is_scattered, is_wide};
use crate::{DeepSize, Walker};

/// How many objects are looked at together. More would fill their part of the fastest cache, fewer have too few of a kind.
const TOGETHER: usize = 64;

/// How many kinds are kept apart.
const KINDS: usize = 8;

/// Whether these are trait objects of several types that take turns.
#[inline]
pub(crate) fn is_mixed<T: ?Sized>(boxes: &[Box<T>]) -> bool {
    const SAMPLE: usize = 8;

    // The compiler knows the answer, which is but a guess: nothing tells for certain.
    if !core::any::type_name::<T>().starts_with("dyn ") || boxes.len() < TOGETHER {
        return false;
    }
    // Neighbours, for a processor guesses right where one type follows another as a whole.
    let pairs = boxes.windows(2).step_by(boxes.len() / SAMPLE);
    pairs.filter(|pair| kind_of(&*pair[0]) != kind_of(&*pair[1])).count() > 1
}

/// What tells objects of different types apart, most of the time: nothing safe tells the type without a call.
#[inline]
fn kind_of<T: ?Sized>(object: &T) -> usize {
    let size = size_of_val(object);
    (size ^ size >> 3 ^ size >> 6) % KINDS
}

/// What boxes of several types own, when nobody watches.
#[inline(never)]
pub(crate) fn sum_boxes<'e, T: DeepSize + ?Sized>(walker: &mut Walker<'e>, boxes: &'e [Box<T>]) -> usize {
    let is_far = is_scattered(boxes) && is_wide(boxes);
    let mut later = boxes.iter().skip(TOGETHER);
    let mut bytes = 0;
    for together in boxes.chunks(TOGETHER) {
        let mut places = [[0_u8; TOGETHER]; KINDS];
        let mut counts = [0_usize; KINDS];
        for (place, object) in (0..).zip(together) {
            if let Some(later) = later.next() {
                if is_far { prefetch_near(later.leads_to()) } else { prefetch(later.leads_to()) }
            }
            bytes += size_of_val(&**object);
            let kind = kind_of(&**object);
            places[kind][counts[kind] % TOGETHER] = place;
            counts[kind] += 1;
        }
        for (places, &count) in places.iter().zip(&counts) {
            if count > 0 {
                bytes += sum_kind(walker, together, places.get(..count).unwrap_or_default());
            }
        }
    }
    bytes
}

/// What the objects at these places own.
// Not inlined, so that it is one call that is guessed.
#[inline(never)]
fn sum_kind<'e, T>(walker: &mut Walker<'e>, boxes: &'e [Box<T>], places: &[u8]) -> usize
where
    T: DeepSize + ?Sized,
{
    let objects = places.iter().filter_map(|&place| boxes.get(usize::from(place)));
    objects.fold(0, |bytes, object| bytes + T::sum_owned(object, walker))
}
