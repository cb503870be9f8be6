//! Why a peer cannot take part.

pub(crate) const RECURSIVE: &str = "cannot derive a recursive type (E0275)";
pub(crate) const NO_DYN: &str = "its trait is not dyn-compatible";
pub(crate) const NO_UNSIZED_ARC: &str = "has no impl for `Arc<str>`";
pub(crate) const NO_SHARED: &str = "`size_of_unique` leaves shared blocks out, and its visitor is private";
