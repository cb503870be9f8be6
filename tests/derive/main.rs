//! `#[derive(DeepSize)]`: what it accepts, and what the impls report.

mod attribute;
mod bound;
mod hygiene;
mod pointer;
mod shape;
mod trace;
mod union_and_packed;
mod unsized_tail;

#[path = "../support/mod.rs"]
mod support;
