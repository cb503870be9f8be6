use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::iter;

use super::{Addresses, FIRST_BUCKETS, VACANT, key_of, size_of_bucket};

/// The address that has this key.
fn address_of(key: usize) -> usize {
    // Newton's iteration: each round doubles the number of low bits that are right, of which one is at first.
    let factor = key_of(1);
    let inverse = (0..7).fold(1, |inverse: usize, _| {
        inverse.wrapping_mul(2_usize.wrapping_sub(factor.wrapping_mul(inverse)))
    });
    let mixed = key.wrapping_mul(inverse);
    (0..usize::BITS).step_by(12).fold(0, |address, shift| address ^ (mixed >> shift))
}

fn random_numbers() -> impl Iterator<Item = usize> {
    let mut state = 0x5EED_usize;
    iter::repeat_with(move || {
        state = key_of(state).wrapping_add(0x1234_5677);
        state ^ (state >> (usize::BITS / 2))
    })
}

fn set_of(addresses: impl IntoIterator<Item = usize>) -> Addresses {
    let mut set = Addresses::of([]).expect("there is memory");
    for address in addresses {
        set.insert(address).expect("there is memory");
    }
    set
}

fn keys(set: &Addresses) -> impl Iterator<Item = usize> {
    set.buckets.as_flattened().iter().copied().filter(|&key| key != VACANT)
}

/// How many buckets a search for each key looks at: the mean, and the most.
fn searches(set: &Addresses) -> (f64, usize) {
    let slots = set.buckets.as_flattened().iter().enumerate().filter(|&(_, &key)| key != VACANT);
    let looked_at: Vec<usize> =
        slots.map(|(slot, key)| slot / size_of_bucket() - (key >> set.shift) + 1).collect();
    let most = looked_at.iter().copied().max().unwrap_or_default();
    (looked_at.iter().sum::<usize>() as f64 / looked_at.len() as f64, most)
}

fn assert_sound(set: &Addresses) {
    let found: Vec<usize> = keys(set).collect();
    assert!(found.is_sorted_by(|one, next| one < next), "the keys are in order");
    assert_eq!(set.buckets.as_flattened().last(), Some(&VACANT));
    assert!(found.iter().all(|&key| set.contains_key(key)), "each is found");
}

#[test]
fn no_two_addresses_have_one_key() {
    for address in random_numbers().take(1000).chain([0, 1, usize::MAX]) {
        assert_eq!(address_of(key_of(address)), address);
    }
}

#[test]
fn it_holds_what_was_put_in() {
    let mut set = set_of([]);
    let mut model = BTreeSet::new();
    // Few enough different ones that many come twice.
    for address in random_numbers().map(|number| number % 5000 * 16).take(20_000) {
        assert_eq!(set.contains(address), model.contains(&address));
        assert_eq!(set.insert(address), Some(model.insert(address)));
    }
    assert_sound(&set);
    assert_eq!(keys(&set).count(), model.len());
    for address in (0..5000 * 16).step_by(8) {
        assert_eq!(set.contains(address), model.contains(&address));
    }
}

#[test]
fn any_address_can_be_put_in() {
    let odd = [0, 1, usize::MAX, address_of(VACANT), address_of(VACANT - 1), address_of(1)];
    let mut set = set_of([]);
    for address in odd {
        assert!(!set.contains(address));
        assert_eq!(set.insert(address), Some(true));
        assert!(set.contains(address));
        assert_eq!(set.insert(address), Some(false));
    }
    assert_sound(&set);
}

#[test]
fn an_address_takes_at_most_24_bytes() {
    let mut set = set_of([]);
    let first = size_of_val(&*set.buckets);
    for (before, address) in random_numbers().take(100_000).enumerate() {
        set.insert(address).expect("there is memory");
        let bytes = set.buckets.capacity() * size_of_bucket() * size_of::<usize>();
        assert!(bytes <= first.max(24 * (before + 1)), "{bytes} bytes for {} addresses", before + 1);
    }
}

/// Blocks of pages, of powers of two, side by side, in steps of any kind: where a bad function would put all in one place.
#[test]
fn searches_stay_short_whatever_the_distance() {
    let fibonacci = iter::successors(Some((1_usize, 2_usize)), |&(one, next)| Some((next, one + next)));
    let distances = (3..usize::BITS - 20)
        .flat_map(|power| [1 << power, 3 << power, (1 << power) + 16])
        .chain((16..4000).step_by(16))
        .chain(fibonacci.take(36).flat_map(|(number, _)| [8 * number, 16 * number]));
    for distance in distances {
        // As many as fit in before the array grows.
        for count in [48, 768, 6144] {
            let addresses = (0..count).map(|index| 0x1234_5670_usize.wrapping_add(distance * index));
            let set = set_of(addresses);
            let (mean, most) = searches(&set);
            assert_eq!(set.room, 0);
            assert!(mean <= 3.5 && most <= 12, "{count} at distance {distance}: {mean:.2}, at most {most}");
        }
    }
}

/// Pages of blocks, as an allocator hands them out.
#[test]
fn searches_stay_short_in_pages_of_blocks() {
    for (page, block) in [(4096, 48), (4096, 64), (1 << 16, 1 << 10), (1 << 20, 4096), (1 << 26, 40)] {
        let blocks = (0..96).flat_map(|number| (0..64).map(move |index| number * page + index * block));
        let (mean, most) = searches(&set_of(blocks));
        assert!(mean <= 1.8 && most <= 6, "{page}, {block}: {mean:.2}, at most {most}");
    }
}

/// Keys made to crowd in the last bucket, and in the first: slow, but right.
#[test]
fn a_crowd_is_held_as_well() {
    for first_key in [VACANT - 2000, 0] {
        let crowd = (first_key..first_key + 2000).map(address_of);
        let set = set_of(crowd.clone());
        assert_sound(&set);
        assert_eq!(keys(&set).count(), 2000);
        assert!(crowd.into_iter().all(|address| set.contains(address)));
    }
}

#[test]
fn the_first_array_is_small() {
    assert_eq!(set_of([]).buckets.len(), FIRST_BUCKETS + 1);
}
