//! The [`DeepSize`] trait and the walk behind it.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[doc(hidden)]
pub mod __private;
mod context;
#[cfg(feature = "alloc")]
mod dead_block;
mod deep_size;
mod impls;
mod layout;
mod machine;
mod observer;
mod stack;
mod tally;
mod walker;

use crate::context::Seen;

pub use crate::deep_size::DeepSize;
pub use crate::observer::{Allocation, FlatRun, Handle, Meeting, Node, Observer, Reason, Role, SharedBlock};
pub use crate::tally::Tally;
pub use crate::walker::Walker;
