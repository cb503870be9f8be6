//! Types of `std`, one file per module.

mod alloc;
mod backtrace;
mod collections;
mod env;
mod ffi;
mod fs;
mod hash;
mod io;
mod net;
mod os;
mod path;
mod process;
pub(in crate::impls) mod sync;
mod thread;
mod time;
