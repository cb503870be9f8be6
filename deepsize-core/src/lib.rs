//! The [`DeepSize`] trait, the walker, and the impls for `core`, `alloc`, `std` and third-party crates.
//!
//! A crate that implements the trait by hand needs only this crate. To measure values, or to derive the trait, use
//! [`deep-size`](https://github.com/deep-size/deep-size), which re-exports everything here.
//!
//! An impl of [`DeepSize`] reports each part of the value to a [`Walker`]:
//!
//! | the value | walker method |
//! | --- | --- |
//! | has a field | [`field`](Walker::field), or [`field_with`](Walker::field_with) if the field's type has no impl |
//! | has a field that owns nothing | [`flat_field`](Walker::flat_field) |
//! | wraps one value, like `RefCell` | [`inner`](Walker::inner) |
//! | is an enum | [`variant`](Walker::variant), then its fields |
//! | owns a block | [`allocation`](Walker::allocation), then [`elements`](Walker::elements) or [`entries`](Walker::entries) for the values in it, or [`elements_with`](Walker::elements_with) or [`entries_with`](Walker::entries_with) if their types have no impl |
//! | owns several blocks, each of unknown size | [`allocations`](Walker::allocations) |
//! | owns one value in its own block, like `Box` | [`pointee`](Walker::pointee) |
//! | is a shared handle, like `Rc` | [`shared`](Walker::shared) or [`shared_with`](Walker::shared_with) |
//! | shows a part of a shared buffer | [`shared_slice`](Walker::shared_slice) |
//! | is a weak handle, like `rc::Weak` | [`weak`](Walker::weak) |
//! | borrows memory that should count | [`borrowed`](Walker::borrowed) |
//! | owns memory of unknown size | [`opaque`](Walker::opaque) |
//!
//! The module [`with`] has functions for fields of types without an impl. [`flat_types!`] implements the trait for types that
//! own nothing.
//!
//! A walk records the shared blocks it has visited, so each counts once. When the stack runs low, the walk continues on a
//! fresh one. Without an [`Observer`], it only adds up bytes. With one, passed to [`observe`] or [`Tally::add_observed`], the
//! same calls report each value and each block.
//!
//! # Features
//!
//! No feature is enabled by default. `alloc` and `std` enable the impls for those libraries. `stack-growth` lets a walk go to
//! any depth. Each supported third-party crate has a feature, and `full` enables all of them.
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
mod container;
mod deep_size;
mod derived;
mod impls;
mod layout;
pub mod observer;
mod prefetch;
mod size;
mod tally;
mod type_info;
mod visible;
mod walk;
mod walker;
#[cfg(feature = "alloc")]
mod weak_layout;
pub mod with;
mod wrapper;

pub use crate::deep_size::DeepSize;
pub use crate::observer::{Observer, Reason, SharedBlock};
pub use crate::size::Size;
pub use crate::tally::{Tally, observe};
pub use crate::walker::Walker;
