//! What a drop frees, what stays, and who holds it: simulated, and held against the allocator.

mod cases;
mod display;
mod graph;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod watch;
