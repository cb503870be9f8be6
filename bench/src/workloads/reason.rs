//! Reasons for a peer's absence, each a predicate of the peer's name.

pub(crate) const RECURSIVE: &str = "cannot derive a recursive type (E0275)";
pub(crate) const NO_DYN: &str = "has no dyn-compatible trait";
pub(crate) const NO_UNSIZED_ARC: &str = "has no impl for `Arc<str>`";
pub(crate) const NO_SHARED: &str = "omits shared blocks in `size_of_unique`, and its visitor is private";
