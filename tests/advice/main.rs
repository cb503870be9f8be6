//! Advice on saving bytes: each piece is followed, and the allocator confirms its figure.

mod boxes;
mod buffers;
mod certainty;
mod contexts;
mod cycles;
mod declarations;
mod followed;
mod integers;
mod layouts;
#[path = "../support/mod.rs"]
mod support;
