//! What a program allocates, as its allocator sees it.
//!
//! Install a [`TrackingAllocator`] as the global allocator of a debugging build or a test, around any other:
//!
//! ```
//! use deep_size_track::{TrackingAllocator, measure};
//!
//! #[global_allocator]
//! static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
//!
//! let (numbers, usage) = measure(|| {
//!     let scratch = vec![0_u8; 1000];
//!     vec![scratch.len() as u32; 10]
//! });
//! assert_eq!(numbers.len(), 10);
//! assert_eq!((usage.allocated, usage.freed, usage.net()), (1040, 1000, 40));
//! assert_eq!((usage.peak, usage.net_blocks()), (1040, 1));
//! ```
//!
//! Then choose by the question:
//!
//! | question | ask |
//! | --- | --- |
//! | what does this code allocate, and how much at its peak? | [`measure`], [`Region`]; of all threads [`ProcessRegion`] |
//! | how much is live in all? | [`process()`], [`thread()`] |
//! | which lines have allocated what is live, and what has grown since? | [`Recorder`](struct.Recorder.html), [`Snapshot`](struct.Snapshot.html), feature `sites` |
//! | what do the parts of a program allocate, call by call? | [`scope!`], [`#[profile_memory]`](attr.profile_memory.html) (feature `macros`), [`report_scopes`] |
//! | when did memory rise? | [`Timeline`], [`mark()`] |
//! | is an impl of `DeepSize` right? | [`assert_audit!`](macro.assert_audit.html), [`audit`](fn.audit.html), [`AuditRegion`](struct.AuditRegion.html), feature `audit` |
//! | how do I look at it elsewhere? | [`Snapshot::export`](struct.Export.html): folded stacks, DHAT and, with feature `pprof`, pprof |
//!
//! [The walk and the allocator](https://github.com/deep-size/deep-size/blob/main/docs/walk-and-allocator.md) shows each in turn.
//!
//! # Features
//!
//! | feature | gives | depends on |
//! | --- | --- | --- |
//! | – | counts, regions, scopes, timelines | nothing |
//! | `macros` (default) | `#[profile_memory]` | `syn`, `quote`, `proc-macro2`, in the compiler alone |
//! | `sites` | recorded blocks, snapshots, exports | `backtrace`, `libc`, `gimli` |
//! | `audit` (default) | audits, and `sites` | `deep-size-core` |
//! | `pprof` | `write_pprof`, and `sites` | `flate2` |
//!
//! Without an installed allocator everything runs and counts nothing: see [`is_installed`].
//!
//! Bytes are those that were requested. Counting takes no lock. It allocates nothing except 8 KiB when more than 64 threads run at
//! once, and as much again for each 64 more.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

mod allocator;
#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "sites")]
mod clock;
mod counters;
mod counts;
#[cfg(feature = "sites")]
mod export;
#[cfg(feature = "sites")]
mod fork;
#[cfg(feature = "audit")]
mod freed;
#[cfg(feature = "sites")]
mod hash;
mod lock;
mod peaks;
mod profile;
#[cfg(feature = "sites")]
#[cfg_attr(not(feature = "audit"), expect(dead_code, reason = "only audits look at single blocks"))]
mod record;
#[cfg(feature = "sites")]
mod recorder;
#[cfg(feature = "sites")]
#[cfg_attr(not(feature = "audit"), expect(dead_code, reason = "only audits look at single blocks"))]
mod records;
mod region;
#[cfg(feature = "sites")]
mod sampling;
#[cfg(feature = "sites")]
mod sites;
#[cfg(feature = "sites")]
mod snapshot;
#[cfg(feature = "sites")]
mod symbols;
mod timeline;
mod units;
mod untracked;
#[cfg(feature = "sites")]
#[cfg_attr(
    not(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")),
    path = "unwind/unsupported.rs"
)]
mod unwind;
mod usage;

pub use allocator::TrackingAllocator;
#[cfg(feature = "audit")]
#[cfg_attr(docsrs, doc(cfg(feature = "audit")))]
pub use audit::{Audit, AuditRegion, Block, Claim, Finding, Limitation, OpaquePart, audit};
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
pub use deep_size_track_macros::profile_memory;
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use export::{Export, Measure};
pub use profile::{Profile, Row, Scope, ScopeReport, report_scopes};
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use recorder::{Recorder, Recording};
pub use region::{ProcessRegion, Region, measure};
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use snapshot::{
    Amount, By, Comparison, Difference, Filter, Frame, Group, Rank, Snapshot, Statistic, Statistics, Trace,
    Traceback,
};
pub use timeline::{Event, Mark, Sample, Timeline, mark};
pub use untracked::own_bytes;
pub use usage::{Process, Usage, is_installed, process, thread};

/// For the macros of this crate alone.
#[doc(hidden)]
pub mod __private {
    pub use crate::profile::__private::*;

    #[cfg(feature = "audit")]
    pub use crate::audit::check;
}
