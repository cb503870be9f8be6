//! `alloc::collections`.

mod binary_heap;
mod btree;
mod linked_list;
mod vec_deque;

flat! { alloc::collections::TryReserveError }
