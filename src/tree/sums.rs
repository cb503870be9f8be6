//! What follows for each place from the sums that were gathered there.

use std::vec;
use std::vec::Vec;

use super::paths::Paths;
use super::step::Step;

/// What follows from the sums at each place; by place.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) count: Vec<usize>,
    pub(crate) own: Vec<usize>,
    pub(crate) shallow: Vec<usize>,
    pub(crate) deep: Vec<usize>,
    /// The own bytes that are in shared blocks.
    pub(crate) shared: Vec<usize>,
}

impl Sums {
    pub(crate) fn of(paths: &Paths) -> Self {
        let slots = &paths.slots;
        let all = || (0..slots.len()).zip(slots);
        // By the way that values came.
        let mut came: Vec<usize> = slots.iter().map(|slot| slot.shallow).collect();
        let (mut count, mut shallow) = (vec![0_usize; slots.len()], vec![0; slots.len()]);
        for (_, slot) in all().filter(|(_, slot)| slot.step != Step::Reference) {
            let count = &mut count[slot.target as usize];
            *count = count.saturating_add(slot.count);
            shallow[slot.target as usize] += slot.shallow;
        }
        for (place, slot) in all() {
            if let Step::Variant(_) = slot.step {
                // All values of an enum are of one size.
                let around = slot.parent as usize;
                came[place] = (shallow[around] / count[around].max(1)).saturating_mul(slot.count);
                shallow[place] = came[place];
            }
        }
        let mut taken = vec![0_usize; slots.len()];
        let mut taken_of_shared = vec![0_usize; slots.len()];
        for (place, slot) in all().skip(1) {
            taken[slot.parent as usize] += came[place];
            if slot.step == Step::Shared {
                taken_of_shared[slot.parent as usize] += came[place];
            }
        }
        // A hand-written impl may claim parts that are larger than the memory they lie in.
        let own: Vec<usize> =
            all().map(|(place, slot)| (shallow[place] + slot.blocks).saturating_sub(taken[place])).collect();
        let mut deep = own.clone();
        // What lies inside a place is younger.
        for (place, slot) in all().skip(1).rev() {
            deep[slot.parent as usize] += deep[place];
        }
        let mut shared = vec![0_usize; slots.len()];
        let mut is_inside = vec![false; slots.len()];
        for (place, slot) in all() {
            // Where a recursive type leads back to itself behind a handle, its values are counted among those around.
            is_inside[place] =
                slot.step == Step::Shared || is_inside.get(slot.parent as usize) == Some(&true);
            shared[place] = match is_inside[place] {
                true => own[place],
                false => own[place].min(slot.shared.saturating_sub(taken_of_shared[place])),
            };
        }
        Self { count, own, shallow, deep, shared }
    }
}
