//! The engine behind [`Walker`](crate::Walker): the state of a walk, its visited set and its stack limit.

#[cfg(feature = "alloc")]
mod address_set;
#[cfg(feature = "alloc")]
mod range_set;
mod stack;
mod state;
mod visited;

pub(crate) use stack::{Stack, switch};
pub(crate) use state::WalkState;
pub(crate) use visited::{NewRun, Visited};
