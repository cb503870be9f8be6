//! `id-arena` 2: a lower bound. An `Arena` is a vector that does not expose its capacity.

use id_arena::{Arena, ArenaBehavior, Id};

use super::walk_vec_at_least;
use crate::{DeepSize, Walker};

flat! { Id<T> where [T] }

/// The elements. Spare capacity is not exposed.
impl<T: DeepSize, A: ArenaBehavior> DeepSize for Arena<T, A> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_vec_at_least(walker, || self.iter().map(|(_, element)| element));
    }
}
