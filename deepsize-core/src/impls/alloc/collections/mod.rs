//! `alloc::collections`.

mod binary_heap;
pub(in crate::impls) mod btree;
mod linked_list;
mod vec_deque;

flat! { alloc::collections::TryReserveError }
