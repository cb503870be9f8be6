//! Ownership of shared memory: the bytes that a drop of the value would free, keep or leak, and why.
//!
//! The walk visits handles on shared blocks, and most handles report the total number of handles. The handles that the
//! walk did not visit are outside the value. So a drop can be simulated:
//!
//! 1. The drop releases the handles that the value holds.
//! 2. A block without strong handles drops its contents, which releases their handles.
//! 3. A block without any handles is freed.
//!
//! The remaining blocks are [external](crate::Report::external_size) if a handle outside the value reaches them, and otherwise
//! [cyclic](crate::Report::cyclic_size).
//!
//! A block with one strong handle and no weak one belongs to its holder, like the block of a `Box`. It is not listed.
//!
//! # Unknown handle counts
//!
//! Some handles do not report both counts: `Pin<Rc<T>>`, `Pin<Arc<T>>` and some handles of other crates. The report then assumes
//! handles outside the value, so that [exclusive](crate::Report::exclusive_size) is a lower bound. A `Weak` whose value is dead
//! does not report the number of other weak handles. The report assumes that none of them is outside, which is wrong only if one
//! remains there.
//!
//! A hand-written impl may upgrade a weak handle and report the result. This strong handle exists only during the walk, and raises
//! the count. If the reported counts differ, or are smaller than the number of visited handles, they are unknown.
//!
//! [`Report::uncertain_size`](crate::Report::uncertain_size) is the number of bytes that depend on these assumptions.
//!
//! # Hidden handles
//!
//! A handle in a part that the walk does not visit looks like a handle outside. Such parts are [opaque](crate::Reason) parts,
//! skipped fields, targets of raw pointers, and everything in a value with a destructor that is
//! [reported by hand](crate::observer::ImplKind::Manual). If the value has such parts, the bytes that depend on unseen handles are
//! uncertain as well.
//!
//! Destructors are assumed to release the value's own memory and to do nothing else.

pub(crate) mod back_links;
pub(crate) mod collector;
pub(crate) mod components;
pub(crate) mod csr;
pub(crate) mod cycles;
mod debug;
mod dominators;
mod drop_outcome;
pub(crate) mod graph;
pub(crate) mod hash;
mod retained;
pub(crate) mod sharing;
#[cfg(test)]
mod tests;
mod view;

pub use self::drop_outcome::DropOutcome;
pub use self::view::{Cycle, CycleLink, Holder, Retainer, SharedAllocation};
