//! `alloc`, module by module.

mod boxed;
mod string;
mod vec;
