//! How much memory a value really holds.
#![no_std]
#![forbid(unsafe_code)]

pub use deep_size_core::{
    Allocation, DeepSize, FlatRun, Handle, Meeting, Node, Observer, Reason, Role, SharedBlock, Tally, Walker,
};

#[cfg(feature = "derive")]
pub use deep_size_derive::DeepSize;

#[doc(hidden)]
pub use deep_size_core::__private;
