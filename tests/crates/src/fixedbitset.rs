use deep_size::{DeepSize, Reason};
use fixedbitset::FixedBitSet;

use crate::random::{Random, below};
use crate::support::{assert_exact, assert_lower_bound, live_bytes};

#[test]
fn sets_that_did_not_grow_are_complete_but_reported_as_lower_bounds() {
    for bits in [1, 63, 64, 65, 128, 129, 1000, 4096, 100_000] {
        let make = || FixedBitSet::with_capacity(bits);
        let before = live_bytes();
        let built = make();
        let size = usize::try_from(live_bytes() - before).expect("the set owns its blocks");
        assert_eq!(assert_lower_bound(Reason::Capacity, make), size);
        assert_eq!(assert_lower_bound(Reason::Capacity, || built.clone()), size);
    }
}

#[test]
fn grown_sets_are_lower_bounds() {
    crate::trial::for_random_bytes(|source| {
        let first = 1 + below(source, 300);
        let grown: Vec<usize> = (0..below(source, 5)).map(|_| below(source, 2000)).collect();
        let heap = assert_lower_bound(Reason::Capacity, || {
            let mut set = FixedBitSet::with_capacity(first);
            for &bits in &grown {
                set.grow(bits);
                set.set(0, bool::random(source, 0));
            }
            set
        });
        let bits = grown.iter().fold(first, |most, &bits| most.max(bits));
        assert!(heap * 8 >= bits, "{heap} bytes hold {bits} bits");
    });
}

#[test]
fn an_empty_set_owns_nothing() {
    assert_exact(FixedBitSet::new);
    assert_eq!(vec![FixedBitSet::new()].heap_size(), size_of::<FixedBitSet>());
}

#[test]
fn a_set_emptied_by_a_clone_is_a_lower_bound() {
    let heap = assert_lower_bound(Reason::Capacity, || {
        let mut set = FixedBitSet::with_capacity(10_000);
        set.clone_from(&FixedBitSet::new());
        set
    });
    assert_eq!(heap, 0);
    let heap = assert_lower_bound(Reason::Capacity, || {
        let mut set = FixedBitSet::with_capacity(10_000);
        set.clone_from(&FixedBitSet::with_capacity(1));
        set
    });
    assert!(heap <= 32, "{heap} bytes hold 1 bit");
    assert_exact(|| FixedBitSet::new().clone());
}
