//! `core`, module by module.

mod array;
mod option;
mod primitive;
mod slice;
