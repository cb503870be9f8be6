//! A tracking allocator: counts the allocations of a program, and records them with their call sites.
//!
//! Install a [`TrackingAllocator`] as the global allocator of a debugging build or a test. It wraps the system's allocator or any
//! other:
//!
//! ```
//! use deep_size_track::{Measured, TrackingAllocator, measure};
//!
//! #[global_allocator]
//! static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
//!
//! let Measured { value: numbers, usage } = measure(|| {
//!     let scratch = vec![0_u8; 1000];
//!     vec![scratch.len() as u32; 10]
//! });
//! assert_eq!(numbers.len(), 10);
//! assert_eq!((usage.allocated_size, usage.freed_size, usage.net_size()), (1040, 1000, 40));
//! assert_eq!((usage.peak_size, usage.net_blocks()), (1040, 1));
//! ```
//!
//! Then choose by the question:
//!
//! | question | answer |
//! | --- | --- |
//! | How much does this code allocate, and how much at its peak? | [`measure`], [`Region`]; for all threads, [`ProcessRegion`] |
//! | How much is live now? | [`process()`], [`thread()`] |
//! | Which lines allocated the live blocks, and which have grown since? | [`Recorder`](struct.Recorder.html), [`Snapshot`](struct.Snapshot.html), feature `sites` |
//! | How much does each part of the program allocate, call by call? | [`scope!`], [`#[profile_memory]`](attr.profile_memory.html) (feature `macros`), [`report_scopes`] |
//! | When did memory rise? | [`Timeline`], [`mark()`] |
//! | Is an impl of `DeepSize` right? | [`assert_audit!`](macro.assert_audit.html), [`audit`](fn.audit.html), [`AuditRegion`](struct.AuditRegion.html), feature `audit` |
//! | How do I open the data in another viewer? | [`Snapshot::export`](struct.Export.html): folded stacks, DHAT and, with feature `pprof`, pprof |
//!
//! [The walk and the allocator](https://github.com/deep-size/deep-size/blob/main/docs/walk-and-allocator.md) shows each in turn.
//!
//! # Features
//!
//! | feature | adds | depends on |
//! | --- | --- | --- |
//! | – | counts, regions, scopes, timelines | nothing |
//! | `macros` (default) | `#[profile_memory]` | `syn`, `quote`, `proc-macro2`, at compile time only |
//! | `sites` | recorded blocks, snapshots, exports | `backtrace`, `libc`; on Linux also `addr2line`, `gimli`, `memmap2`, `miniz_oxide`, `object`, `typed-arena` |
//! | `audit` (default) | audits, and `sites` | `deep-size-core` |
//! | `pprof` | `write_pprof`, and `sites` | `flate2` |
//!
//! Without an installed allocator, everything runs and all counts stay at 0: see [`is_installed`].
//!
//! # Names and units
//!
//! Names that end in `size` are bytes, as the program requested them. Printed sizes use the largest unit that gives at least 1, as
//! the reports of `deep-size` do: `512 B`, `32.4 KiB`, `1.5 MiB`.
//!
//! # Signal handlers
//!
//! A signal handler may allocate if the wrapped allocator permits it. Its blocks count like all others, with these limits:
//!
//! - On x86-64, counts are exact. On other processors, an addition is a load and a store. A handler that interrupts one may be
//!   missing in that sum: at most the bytes or blocks that it allocates or frees itself.
//! - Peaks may miss blocks that the handler allocates and frees.
//! - If the handler interrupts the tracker while blocks are recorded, its allocations and frees count as the tracker's.
//!
//! # Overhead
//!
//! Counting takes no lock. It allocates 8 KiB for each 64 threads that run at once beyond the first 64, and nothing else.

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
#[cfg(feature = "sites")]
mod modules;
mod peaks;
mod profile;
#[cfg(feature = "sites")]
#[cfg_attr(not(feature = "audit"), expect(dead_code, reason = "only audits read single records"))]
mod record;
#[cfg(feature = "sites")]
mod recorder;
#[cfg(feature = "sites")]
#[cfg_attr(not(feature = "audit"), expect(dead_code, reason = "only audits read single records"))]
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
mod untracked;
#[cfg(feature = "sites")]
#[cfg_attr(
    not(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")),
    path = "unwind/unsupported.rs"
)]
mod unwind;
mod usage;

use deep_size_format::{units, visible};

pub use allocator::TrackingAllocator;
#[cfg(feature = "audit")]
#[cfg_attr(docsrs, doc(cfg(feature = "audit")))]
pub use audit::{Audit, AuditRegion, Block, Claim, Finding, Limitation, OpaqueClaim, audit};
/// # Examples
///
/// ```
/// use deep_size_track::{Profile, profile_memory};
///
/// #[profile_memory]
/// fn load(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
///
/// # fn main() -> std::io::Result<()> {
/// load("Cargo.toml")?;
/// println!("{}", Profile::take());
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
pub use deep_size_track_macros::profile_memory;
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use export::{Export, Metric};
pub use profile::{Profile, Row, Scope, ScopeReport, report_scopes};
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use recorder::{Recorder, Recording};
pub use region::{Measured, ProcessRegion, Region, measure};
#[cfg(feature = "sites")]
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
pub use snapshot::{
    Amount, By, Comparison, Difference, Filter, Frame, Group, Rank, Snapshot, Statistic, Statistics, Trace,
    Traceback,
};
pub use timeline::{Event, Mark, Sample, Timeline, mark};
pub use untracked::tracker_size;
pub use usage::{Process, Usage, is_installed, process, thread};

/// Used by the macros of this crate only.
#[doc(hidden)]
pub mod __private {
    pub use crate::profile::__private::*;

    #[cfg(feature = "audit")]
    pub use crate::audit::check;
}
