//! Simulated drops, compared with the allocator: the bytes that are freed, kept and leaked.

mod cases;
mod display;
mod graph;
mod hidden;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod watch;
