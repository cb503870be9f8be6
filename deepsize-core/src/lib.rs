//! The [`DeepSize`] trait, the walk behind it, and the impls for `core`, `alloc` and `std`: what a crate needs to implement the
//! trait. The crate [`deep-size`](https://docs.rs/deep-size) measures values and has the derive; it re-exports all of this one.
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
//! [`with`] has ready-made functions for fields whose types have no impl, and [`flat_types!`] declares types that own nothing.
//!
//! A walk records which shared blocks it has met, and continues on a fresh stack where the present one runs low. Without an
//! [`Observer`] it only adds up bytes. With one, through [`observe`] or [`Tally::add_observed`], the same calls report what is met.
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
mod arch;
mod deep_size;
mod derived;
mod impls;
mod layout;
pub mod observer;
mod prefetch;
mod tally;
mod walk;
mod walker;
#[cfg(feature = "alloc")]
mod weak_layout;
pub mod with;

pub use crate::deep_size::DeepSize;
pub use crate::observer::{Observer, Reason, SharedBlock};
pub use crate::tally::{Tally, observe};
pub use crate::walker::Walker;
