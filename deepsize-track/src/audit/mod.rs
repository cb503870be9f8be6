//! The proof of an impl: what it reports, block by block, against what the allocator has handed out.
//!
//! The idea is that of Firefox's DMD, which finds blocks that memory reporters count twice or never.

mod assert;
mod audit_region;
mod display;
mod finding;
mod matching;
mod outcome;
mod run;
mod walk;

#[doc(hidden)]
pub use assert::check;
pub use audit_region::AuditRegion;
pub use finding::{Block, Claim, Finding, OpaquePart};
pub use outcome::{Audit, Limitation};
pub use run::audit;
