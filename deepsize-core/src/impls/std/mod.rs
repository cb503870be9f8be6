//! `std`, module by module.
