//! The [`DeepSize`] trait, the walk behind it, and the impls for `core`, `alloc` and `std`: what a crate needs that implements
//! the trait. To measure values, and for the derive, see the crate [`deep-size`](https://docs.rs/deep-size), which
//! re-exports all of this one.
//!
//! An impl of [`DeepSize`] hands each part of the value to a [`Walker`]:
//!
//! | the value | reports it with |
//! | --- | --- |
//! | has a field | [`field`](Walker::field), or [`field_with`](Walker::field_with) if its type has no impl |
//! | is an enum | [`variant`](Walker::variant), then the fields |
//! | owns a block | [`allocation`](Walker::allocation), then what lies in it with [`elements`](Walker::elements) or [`entries`](Walker::entries) |
//! | owns a value in a block of its own | [`pointee`](Walker::pointee) |
//! | is a handle like `Rc` or its `Weak` | [`shared`](Walker::shared) or [`shared_with`](Walker::shared_with), [`weak`](Walker::weak) |
//! | borrows memory that should count | [`borrowed`](Walker::borrowed) |
//! | holds what cannot be measured | [`opaque`](Walker::opaque) |
//!
//! [`with`] has ready-made functions for fields of types without an impl, and [`flat_types!`] declares types that own nothing.
//!
//! [`DeepSize::sum_owned`] can make the plain walk over large data faster, and need not be written.
//!
//! A walk remembers which shared blocks it has met, and goes on upon a fresh stack where the present one runs low. Without an
//! [`Observer`] it only adds up bytes; with one, through [`Tally::add_observed`], the same calls tell what is met.
//!
//! # Features
//!
//! None is on by default. `alloc` and `std` bring the impls for those libraries, `stack-growth` makes depth no limit.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "alloc")]
mod addresses;
#[cfg(feature = "alloc")]
mod by_kind;
mod context;
mod course;
#[cfg(feature = "alloc")]
mod dead_block;
mod deep_size;
mod evident;
mod impls;
mod later;
mod layout;
mod machine;
mod observer;
#[cfg(feature = "alloc")]
mod scatter;
mod sum;
mod tally;
mod walker;
pub mod with;

use crate::context::Seen;

pub use crate::deep_size::DeepSize;
pub use crate::observer::{
    Allocation, Detail, FlatRun, Handle, LeafRun, Meeting, Node, Observer, Reason, Role, SharedBlock, Totals,
};
pub use crate::tally::{Tally, observe};
pub use crate::walker::Walker;
