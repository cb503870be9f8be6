//! `std`, module by module.

mod collections;
