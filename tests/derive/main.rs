//! `#[derive(DeepSize)]`: accepted input, and the reports of the impls.
#![cfg(all(feature = "derive", feature = "std"))]

mod attribute;
mod bound;
mod closure;
mod foreign;
mod hygiene;
mod pointer;
mod ready_made;
mod shape;
mod spelling;
mod trace;
mod union_and_packed;
mod unsized_tail;
mod walk;
mod whole;

#[path = "../support/mod.rs"]
mod support;
