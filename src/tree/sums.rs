//! Derived sums for each place. They saturate, because a hand-written impl may claim parts larger than the memory around them.

use std::vec;
use std::vec::Vec;

use super::paths::Paths;
use super::stats::PathId;
use super::step::Step;

/// Derived sums, indexed by place.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) count: Vec<usize>,
    pub(crate) own: Vec<usize>,
    /// The part of `own` that holds no element.
    pub(crate) spare: Vec<usize>,
    pub(crate) shallow: Vec<usize>,
    pub(crate) deep: Vec<usize>,
    /// The part of `own` that is in shared blocks.
    pub(crate) shared: Vec<usize>,
}

impl Sums {
    pub(crate) fn of(paths: &Paths) -> Self {
        let places = &paths.places;
        let all = || (0..places.len()).zip(places);
        // The shallow bytes on each path, wherever they are counted.
        let mut came: Vec<usize> = places.iter().map(|stats| stats.shallow).collect();
        let (mut count, mut shallow) = (vec![0_usize; places.len()], vec![0; places.len()]);
        for (_, stats) in all().filter(|(_, stats)| stats.step != Step::Reference) {
            let count = &mut count[stats.target as usize];
            *count = count.saturating_add(stats.count);
            add(&mut shallow[stats.target as usize], stats.shallow);
        }
        for (place, stats) in all() {
            if let Step::Variant(_) = stats.step {
                // All values of an enum have one size.
                let around = stats.parent as usize;
                came[place] = (shallow[around] / count[around].max(1)).saturating_mul(stats.count);
                shallow[place] = came[place];
            }
        }
        let mut taken = vec![0_usize; places.len()];
        let mut taken_of_shared = vec![0_usize; places.len()];
        if let Some((PathId(around), bytes)) = paths.around_root {
            taken[around as usize] = bytes;
            taken_of_shared[around as usize] = bytes;
        }
        for (place, stats) in all().skip(1) {
            add(&mut taken[stats.parent as usize], came[place]);
            if stats.step == Step::Shared {
                add(&mut taken_of_shared[stats.parent as usize], came[place]);
            }
        }
        let own: Vec<usize> = all()
            .map(|(place, stats)| shallow[place].saturating_add(stats.blocks).saturating_sub(taken[place]))
            .collect();
        let mut deep = own.clone();
        // Children come after their parents.
        for (place, stats) in all().skip(1).rev() {
            let inside = deep[place];
            add(&mut deep[stats.parent as usize], inside);
        }
        let mut shared = vec![0_usize; places.len()];
        let mut is_inside = vec![false; places.len()];
        for (place, stats) in all() {
            // If a recursive type contains itself behind a handle, the outer place counts the inner values.
            is_inside[place] =
                stats.step == Step::Shared || is_inside.get(stats.parent as usize) == Some(&true);
            shared[place] = match is_inside[place] {
                true => own[place],
                false => own[place].min(stats.shared.saturating_sub(taken_of_shared[place])),
            };
        }
        let spare = all().map(|(place, stats)| stats.spare.min(own[place])).collect();
        Self { count, own, spare, shallow, deep, shared }
    }
}

fn add(sum: &mut usize, bytes: usize) {
    *sum = sum.saturating_add(bytes);
}
