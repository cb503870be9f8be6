//! Types of `alloc`, one file per module.

mod borrow;
mod boxed;
pub(super) mod collections;
mod counted;
mod ffi;
mod pin;
mod rc;
mod string;
#[cfg(target_has_atomic = "ptr")]
mod sync;
pub(super) mod vec;
