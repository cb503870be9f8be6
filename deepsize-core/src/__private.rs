//! What derived impls refer to. Not part of the public interface.

pub use core::marker::Sized;
pub use core::primitive::bool;
