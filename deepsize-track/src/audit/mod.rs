//! Proves an impl of `DeepSize`: compares each block that it reports with the allocator's record.
//!
//! The idea comes from Firefox's DMD, which finds blocks that memory reporters count twice or never.

mod assert;
mod coverage;
mod display;
mod exact;
mod finding;
mod matching;
mod outcome;
mod run;
mod selection;
mod walk;

#[doc(hidden)]
pub use assert::check;
pub use coverage::{Class, Coverage, CoverageRow, Estimate};
pub use exact::{Cause, ExactSize, exact};
pub use finding::{Block, Claim, Finding, OpaqueClaim};
pub(crate) use matching::owners;
pub use outcome::{Audit, Limitation};
pub use run::{AuditRegion, audit};
