use alloc::collections::BTreeSet;
use core::iter;

use super::{ALIGNMENT, AddressSet, VACANT, hash};

fn random_numbers() -> impl Iterator<Item = usize> {
    let mut state = 0x5EED_usize;
    iter::repeat_with(move || {
        state = hash(state).wrapping_add(0x1234_5677);
        state ^ (state >> (usize::BITS / 2))
    })
}

fn set_of(addresses: impl IntoIterator<Item = usize>) -> AddressSet {
    let mut set = AddressSet::new();
    for address in addresses {
        set.insert(address).expect("the set can grow");
    }
    set
}

/// The number of cells that a search compares: the mean and the maximum over all regions.
fn searches(set: &AddressSet) -> (f64, usize) {
    let mask = usize::MAX >> set.shift;
    let taken = set.cells.iter().enumerate().filter(|(_, cell)| cell.region != VACANT);
    let lengths = taken.map(|(at, cell)| (at.wrapping_sub(hash(cell.region) >> set.shift) & mask) + 1);
    let (count, sum, longest) = lengths.fold((0, 0, 0), |(count, sum, longest), length| {
        (count + 1, sum + length, usize::max(longest, length))
    });
    (sum as f64 / f64::from(count), longest)
}

#[test]
fn it_contains_exactly_the_inserted_addresses() {
    let (mut set, mut model) = (AddressSet::new(), BTreeSet::new());
    // From small ranges, so that many numbers repeat and many regions are shared. Some are not aligned.
    let addresses = random_numbers().map(|number| match number % 8 {
        0 => number / 8 % 5000,
        1 => usize::MAX - number / 8 % 5000,
        _ => number / 8 % 5000 * ALIGNMENT,
    });
    for address in addresses.take(40_000) {
        assert_eq!(set.contains(address), model.contains(&address));
        assert_eq!(set.insert(address), Some(model.insert(address)));
    }
    for address in (0..5000 * ALIGNMENT).chain(usize::MAX - 5000..=usize::MAX) {
        assert_eq!(set.contains(address), model.contains(&address));
    }
}

#[test]
fn any_address_can_be_inserted() {
    let mut set = AddressSet::new();
    for address in [0, 1, usize::MAX, usize::MAX - 1] {
        assert!(!set.contains(address));
        assert_eq!(set.insert(address), Some(true));
        assert_eq!(set.insert(address), Some(false));
        assert!(set.contains(address));
    }
}

#[test]
fn a_distant_address_takes_at_most_eight_words() {
    let mut set = AddressSet::new();
    for (before, address) in random_numbers().take(100_000).enumerate() {
        set.insert(address).expect("the set can grow");
        let words = size_of_val(&*set.cells) / size_of::<usize>();
        assert!(words <= (8 * (before + 1)).max(16), "{words} words for {} addresses", before + 1);
    }
}

#[test]
fn adjacent_blocks_take_few_bytes() {
    let blocks: usize = 100_000;
    let set = set_of((0..blocks).map(|index| 0x1234_5000 + index * 4 * ALIGNMENT));
    let words = size_of_val(&*set.cells) / size_of::<usize>();
    assert!(words * 2 <= blocks, "{words} words for {blocks} blocks");
}

/// Equal distances between addresses, for which a bad hash has many collisions.
#[test]
fn searches_stay_short_for_every_distance() {
    /// On 64-bit targets, the upper 16 bits of an address are 0.
    const LAST: usize = if usize::BITS == 64 { usize::MAX >> 16 } else { usize::MAX };

    let fibonacci = iter::successors(Some((1_usize, 2_usize)), |&(one, next)| Some((next, one + next)));
    let distances = (3..usize::BITS - 22)
        .flat_map(|power| [1 << power, 3 << power, (1 << power) + 16])
        .chain((16..4000).step_by(16))
        .chain(fibonacci.take(36).flat_map(|(number, _)| [8 * number, 16 * number]));
    for distance in distances {
        // These counts fill a table exactly.
        for count in [64, 1024, 8192].into_iter().filter(|count| distance <= LAST / count) {
            let set = set_of((0..count).map(|index| 0x1234_5670_usize.wrapping_add(distance * index)));
            let (mean, longest) = searches(&set);
            // From this distance on, no two blocks share a region.
            assert!(set.room == 0 || distance < ALIGNMENT * usize::BITS as usize);
            assert!(
                mean <= 3.0 && longest <= 64,
                "{count} at distance {distance}: mean {mean:.2}, longest {longest}"
            );
        }
    }
}

/// Blocks in pages, as allocators place them.
#[test]
fn searches_stay_short_in_pages_of_blocks() {
    for (page, block) in [(4096, 48), (4096, 64), (1 << 16, 1 << 10), (1 << 20, 4096), (1 << 26, 40)] {
        let blocks = (1..97).flat_map(|number| (0..64).map(move |index| number * page + index * block));
        let (mean, longest) = searches(&set_of(blocks));
        assert!(
            mean <= 1.4 && longest <= 6,
            "pages of {page}, blocks of {block}: mean {mean:.2}, longest {longest}"
        );
    }
}
