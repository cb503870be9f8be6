use deep_size::Reason;
use typed_arena::Arena;

use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_lower_bound, assert_opaque, live_bytes};
use crate::trial::for_random_bytes;

#[test]
fn arenas_are_lower_bounds_with_a_limit() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || {
            let arena = Arena::with_capacity(2 + below(source, 5));
            for _ in 0..length(source, 0) {
                match below(source, 4) {
                    0 => drop(arena.alloc_extend(Vec::<u32>::random(source, 1))),
                    // From an iterator of unknown length.
                    1 => drop(arena.alloc_extend(Vec::<u32>::random(source, 1).into_iter().filter(|_| true))),
                    2 => arena.reserve_extend(below(source, 30)),
                    _ => drop(arena.alloc(u32::random(source, 0))),
                }
            }
            arena
        });
    });
}

#[test]
fn an_arena_with_one_chunk_is_measured_completely() {
    let mut built = 0;
    let build = || {
        let before = live_bytes();
        let arena = Arena::new();
        arena.alloc_extend(0..10_u64);
        built = live_bytes() - before;
        arena
    };
    assert_eq!(assert_lower_bound(Reason::Capacity, build) as isize, built);
}

#[test]
fn elements_of_older_chunks_are_counted() {
    let build = || {
        let arena = Arena::with_capacity(4);
        for number in 0..100_u64 {
            arena.alloc(number);
        }
        arena
    };
    assert!(assert_lower_bound(Reason::Capacity, build) >= 800);
    assert_exact(Arena::<()>::new);
    assert_exact(|| Arena::<u64>::with_capacity(0));
    let texts = || {
        let arena = Arena::with_capacity(1);
        arena.alloc(String::from("text"));
        arena
    };
    assert_eq!(assert_opaque(Reason::Hidden, texts), 24);
}
