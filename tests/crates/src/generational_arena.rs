use arbitrary::Unstructured;
use deep_size::Reason;
use generational_arena::{Arena, Index};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_flat, assert_opaque};

impl<T: Random> Random for Arena<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut arena = Self::with_capacity(below(source, 8));
        let mut keys = Vec::new();
        for _ in 0..length(source, depth) {
            if below(source, 3) == 0 && !keys.is_empty() {
                arena.remove(keys.swap_remove(below(source, keys.len())));
            } else {
                keys.push(arena.insert(T::random(source, depth + 1)));
            }
        }
        match below(source, 4) {
            0 => arena.reserve(9),
            1 => arena.retain(|_, _| bool::random(source, depth)),
            2 => arena.clear(),
            _ => {}
        }
        arena
    }
}

exact! {
    arenas_of_numbers: Arena<u64>;
    arenas_of_bytes: Arena<u8>;
    arenas_of_units: Arena<()>;
    arenas_of_strings: Arena<String>;
    arenas_of_options: Arena<Option<Box<u8>>>;
    arenas_of_arenas: Arena<Arena<Vec<u8>>>;
}

#[test]
fn an_index_is_flat() {
    assert_flat(Index::from_raw_parts(1, 2));
}

#[test]
fn a_drained_arena_is_opaque() {
    let heap = assert_opaque(Reason::Hidden, || {
        let mut arena = Arena::from_iter(["a", "b"].map(String::from));
        arena.drain().for_each(drop);
        arena
    });
    assert_eq!(heap, 0);
}
