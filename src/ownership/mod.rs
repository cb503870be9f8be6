//! Who holds what: which of a value's bytes dropping it would free, which others would stay, and why.
//!
//! A walk tells of every handle on a shared block, and how many handles there are. Those that were not met lie outside the
//! value. So the drop can be simulated: it releases the handles that the value itself holds; a block whose last strong handle
//! is released has its contents dropped, which releases their handles; and its memory is freed once no weak handle is left
//! either. What stays is [external](crate::Report::external_size) if a handle outside the value leads to it, and otherwise
//! [cyclic](crate::Report::cyclic_size).
//!
//! A block with one strong handle and no weak one belongs to the holder alone, like that of a `Box`, and is not listed.
//!
//! # What is not known
//!
//! Where it is not told how many handles there are, some are taken to be outside, so that
//! [exclusive](crate::Report::exclusive_size) bytes are not promised too many: behind `Pin<Rc<T>>` and `Pin<Arc<T>>`, and behind handles
//! of other kinds that do not give both counts. A `Weak` whose value is dead does not tell how many others there are either; there
//! none are taken to be outside, which is right unless a forgotten one is left elsewhere.
//! [`Report::uncertain_size`](crate::Report::uncertain_size) tells how many bytes all that concerns. Handles in
//! [opaque](crate::Reason) parts and in skipped fields look like handles outside. Destructors are taken to release what the value
//! holds and to do nothing else.

pub(crate) mod collector;
mod components;
mod csr;
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
