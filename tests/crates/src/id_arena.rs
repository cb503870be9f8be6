use deep_size::Reason;
use id_arena::Arena;

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{assert_flat, assert_lower_bound, live_bytes};

#[test]
fn random_arenas_are_lower_bounds() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || {
            let mut arena = Arena::<String>::with_capacity(below(source, 20));
            for _ in 0..length(source, 0) {
                arena.alloc(String::random(source, 1));
            }
            arena
        });
    });
}

#[test]
fn a_clone_has_the_size_of_its_elements() {
    let mut arena = Arena::<String>::new();
    for number in 0..37 {
        arena.alloc(number.to_string());
    }
    assert_flat(arena.alloc(String::new()));
    let before = live_bytes();
    let clone = arena.clone();
    let built = live_bytes() - before;
    drop(clone);
    assert_eq!(assert_lower_bound(Reason::Capacity, || arena.clone()) as isize, built);
}
