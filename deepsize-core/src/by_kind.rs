//! Sums over trait objects of several types: some are looked at together, and those of one type added up in turn.
//!
//! Which function a trait object leads to no processor guesses if the types follow each other at random, and a wrong guess costs
//! as much as the sums of several small values. Of an object that follows others of its type it guesses right.

use alloc::boxed::Box;

use crate::later::CACHED;
use crate::machine::{prefetch, prefetch_near};
use crate::scatter::{is_scattered, is_wide};
use crate::sum::Sum;
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

/// Objects that are looked at together, and which of them are of each kind: a bit for each.
struct Sorted<'e, T: ?Sized> {
    objects: &'e [Box<T>],
    kinds: [u64; KINDS],
}

/// What boxes of several types own, when nobody watches.
#[inline(never)]
pub(crate) fn sum_boxes<'e, S: Sum, T: DeepSize + ?Sized>(walker: &mut Walker<'e>, boxes: &'e [Box<T>]) -> S {
    const LINE: usize = 64;

    // What a cache holds comes as soon without being asked for. Few objects are little to hold, however far apart.
    let is_much = boxes.len() > CACHED / LINE && is_wide(boxes);
    let ask = is_much.then(|| is_scattered(boxes));
    // All bits, or none of a kind of which there was nothing to add the last time.
    let mut asked = [usize::MAX; KINDS];
    let mut total = S::NONE;
    let mut batches = boxes.chunks(TOGETHER);
    let mut next = batches.next().map(|objects| sort(objects, &asked, ask, &mut total));
    while let Some(sorted) = next {
        next = batches.next().map(|objects| sort(objects, &asked, ask, &mut total));
        for (asked, places) in asked.iter_mut().zip(sorted.kinds) {
            if places != 0 {
                let added: S = sum_kind(walker, sorted.objects, places);
                *asked = if added == S::NONE { 0 } else { usize::MAX };
                total = total + added;
            }
        }
    }
    total
}

/// Sorts objects, asks for them, and adds up their blocks.
///
/// Those of a kind of which there was nothing to add are not asked for: objects that own nothing need not be read to know it.
#[inline]
fn sort<'e, S: Sum, T: DeepSize + ?Sized>(
    objects: &'e [Box<T>],
    asked: &[usize; KINDS],
    ask: Option<bool>,
    total: &mut S,
) -> Sorted<'e, T> {
    let mut kinds = [0; KINDS];
    for (place, object) in (0..).zip(objects) {
        *total = *total + S::block(size_of_val(&**object));
        let kind = kind_of(&**object);
        kinds[kind] |= 1_u64 << (place % u64::BITS);
        if let Some(is_far) = ask {
            // Else for what is at hand, since no processor would guess a branch.
            let here = core::ptr::from_ref(object).addr();
            let address = here ^ (here ^ object.leads_to()) & asked[kind];
            if is_far { prefetch_near(address) } else { prefetch(address) }
        }
    }
    Sorted { objects, kinds }
}

/// What the objects at these places own.
// Not inlined, so that it is one call that is guessed.
#[inline(never)]
fn sum_kind<'e, S: Sum, T: DeepSize + ?Sized>(
    walker: &mut Walker<'e>,
    objects: &'e [Box<T>],
    mut places: u64,
) -> S {
    let mut total = S::NONE;
    while places != 0 {
        if let Some(object) = objects.get(places.trailing_zeros() as usize) {
            total = total + S::of_object::<T>(object, walker);
        }
        places &= places - 1;
    }
    total
}
