//! Other people's crates: one file for each, named after its feature.

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "arc-swap")]
mod arc_swap;
#[cfg(feature = "arcstr")]
mod arcstr;
#[cfg(feature = "bstr")]
mod bstr;
#[cfg(feature = "bumpalo")]
mod bumpalo;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "camino")]
mod camino;
#[cfg(feature = "compact_str")]
mod compact_str;
#[cfg(feature = "crossbeam")]
mod crossbeam;
#[cfg(feature = "ecow")]
mod ecow;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "futures")]
mod futures;
#[cfg(feature = "imbl")]
mod imbl;
#[cfg(feature = "internment")]
mod internment;
#[cfg(feature = "lock_api")]
mod lock_api;
#[cfg(feature = "once_cell")]
mod once_cell;
#[cfg(feature = "parking_lot")]
mod parking_lot;
#[cfg(feature = "rpds")]
mod rpds;
#[cfg(feature = "smol_str")]
mod smol_str;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "triomphe")]
mod triomphe;
#[cfg(feature = "typed-arena")]
mod typed_arena;
