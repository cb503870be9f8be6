use deep_size::Reason;
use typed_arena::Arena;

use crate::random::{Random, below, length};
use crate::support::{assert_opaque, live_bytes};
use crate::trial::for_random_bytes;

#[test]
fn no_byte_is_counted_in_excess() {
    for_random_bytes(|source| {
        // `assert_opaque` fails if more is measured than was allocated.
        assert_opaque(Reason::Hidden, || {
            let arena = Arena::with_capacity(below(source, 5));
            for _ in 0..length(source, 0) {
                if bool::random(source, 0) {
                    arena.alloc(u32::random(source, 0));
                } else {
                    arena.alloc_extend(Vec::<u32>::random(source, 1));
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
    assert_eq!(assert_opaque(Reason::Hidden, build) as isize, built);
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
    assert!(assert_opaque(Reason::Hidden, build) >= 800);
    assert_eq!(assert_opaque(Reason::Hidden, Arena::<()>::new), 0);
}
