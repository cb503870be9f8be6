//! How much memory a value really holds.
#![no_std]
#![forbid(unsafe_code)]

pub use deep_size_core::{
    Allocation, DeepSize, FlatRun, Handle, Meeting, Node, Observer, Reason, Role, SharedBlock, Tally, Walker,
};

#[doc(hidden)]
pub use deep_size_core::__private;
