//! The engine behind [`Walker`](crate::Walker): what a walk has found, what it has visited, and where its stack ends.

#[cfg(feature = "alloc")]
mod address_set;
mod stack;
mod state;
mod visited;

pub(crate) use stack::{Stack, switch};
pub(crate) use state::WalkState;
pub(crate) use visited::Visited;
