//! `id-arena` 2: a lower bound. An `Arena` is a vector that does not expose its capacity.

use id_arena::{Arena, ArenaBehavior, Id};

use super::walk_vec_at_least;

flat! { Id<T> where [T] }

collection! {
    /// The elements. Spare capacity is not exposed.
    Arena<T, A> where [T, A: ArenaBehavior] => |arena, walker| {
        walk_vec_at_least(walker, elements(arena));
    }, elements(arena)
}

fn elements<T, A: ArenaBehavior>(arena: &Arena<T, A>) -> impl ExactSizeIterator<Item = &T> {
    arena.iter().map(|(_, element)| element)
}
