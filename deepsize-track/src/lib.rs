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
//! | How much does this code allocate, and how much at its peak? | [`measure`]; from one line to another, [`Region`]; for all threads, [`ProcessRegion`] |
//! | How much does this future or task allocate? | [`tracked`] |
//! | How much is live now, and how much is resident? | [`process()`], [`thread()`] |
//! | Which lines allocated the live blocks, and which have grown since? | [`Recorder`](struct.Recorder.html), [`Snapshot`](struct.Snapshot.html), feature `sites` |
//! | Where was this block allocated? | [`traceback_of`](fn.traceback_of.html), feature `sites` |
//! | Which lines grow without end? | [`Series`] |
//! | How much does each part of the program allocate, call by call? | [`scope!`], [`#[profile_memory]`](attr.profile_memory.html) (feature `macros`), [`report_scopes`]; for futures, [`Scope::wrap`] |
//! | When did memory rise, and in which scopes? | [`Timeline`], [`mark()`] |
//! | Does this code stay within its limits? | [`assert_allocations!`], [`assert_no_allocation!`], in tests |
//! | Does repeated work keep more and more memory? | [`assert_no_growth!`](macro.assert_no_growth.html), in tests, feature `sites` |
//! | Is a size function right? | [`assert_size!`](macro.assert_size.html), feature `sites` |
//! | How large is a value exactly, although its types hide capacities? | [`exact`](fn.exact.html), feature `audit` |
//! | Which part of the live memory do my values hold, and who allocated the rest? | [`Coverage`](struct.Coverage.html), feature `audit` |
//! | Why does the process take more memory than my values? | [`Breakdown`](struct.Breakdown.html), feature `sites` |
//! | Is an impl of `DeepSize` right? | [`assert_audit!`](macro.assert_audit.html), [`audit`](fn.audit.html), [`AuditRegion`](struct.AuditRegion.html), feature `audit` |
//! | How do I record a program that is already built? | [`DEEP_SIZE_TRACK=sampled`](#from-outside), feature `env` |
//! | How do I open the data in another viewer? | [`Snapshot::export`](struct.Export.html): folded stacks, DHAT, a page (feature `html`), pprof (feature `pprof`); tables as CSV |
//! | What has changed since another run? | [`Snapshot::from_json`](struct.Snapshot.html#method.from_json), feature `json` |
//!
//! [The walk and the allocator](https://github.com/deep-size/deep-size/blob/main/docs/walk-and-allocator.md) shows each in turn.
//!
//! # Features
//!
//! | feature | adds | depends on |
//! | --- | --- | --- |
//! | – | counts, regions, scopes, timelines, assertions | only `deep-size-format` |
//! | `macros` (default) | `#[profile_memory]` | `syn`, `quote`, `proc-macro2`, at compile time only |
//! | `sites` | recorded blocks, snapshots, exports, call sites in failed assertions, breakdowns | `backtrace`, `libc`, `deep-size-unwind`; on Linux also `addr2line`, `memmap2`, `miniz_oxide`, `object`, `typed-arena` |
//! | `audit` (default) | audits, exact sizes, coverage, and `sites` | `deep-size-core` |
//! | `env` | recordings and dumps that [the environment](#from-outside) requests, and `sites` | nothing more |
//! | `html` | pages of timelines and, with `sites`, of snapshots | `base64`, `sha2` |
//! | `json` | saved snapshots, and tables as JSON; `sites` | `serde`, `serde_json` |
//! | `pprof` | `write_pprof`, and `sites` | `flate2` |
//!
//! Without an installed allocator, everything runs and all counts stay at 0: see [`is_installed`].
//!
//! # From outside
//!
//! With the feature `env`, environment variables record a program whose code only installs the [`TrackingAllocator`]:
//!
//! ```text
//! DEEP_SIZE_TRACK=sampled DEEP_SIZE_TRACK_DUMP=/tmp/heap-%p.folded ./program
//! ```
//!
//! | variable | value | effect |
//! | --- | --- | --- |
//! | `DEEP_SIZE_TRACK` | `all`, `sampled`, `sampled:65536` | records from before `main` to the end, as [`Recorder`](struct.Recorder.html) does |
//! | | `off` | neither records nor dumps |
//! | `DEEP_SIZE_TRACK_DUMP` | a path | writes a snapshot at exit, and on `SIGUSR2` |
//!
//! The path's ending chooses the format:
//!
//! | ending | format |
//! | --- | --- |
//! | `.csv` | statistics by line |
//! | `.dhat.json` | DHAT |
//! | `.folded` | folded stacks of live bytes |
//! | `.html` | a page with a flame graph, with the feature `html` |
//! | `.json` | [a saved snapshot](struct.Snapshot.html#method.from_json), with the feature `json` |
//! | `.pb.gz` | pprof, with the feature `pprof` |
//! | `.txt` | tables of the first 100 lines, by live bytes and by bytes at the peak, and the counts of the process |
//!
//! - `%p` in the path becomes the process id. A forked child writes a snapshot only if the path has a `%p`.
//!   Executed programs inherit the variables, so they need `%p` too.
//! - The end is a return from `main`, [`std::process::exit`] or the C function `exit`, after a panic too. `abort`, `_exit` and fatal signals write nothing.
//! - At exit, the values of `main` are already dropped. All formats except `.folded` also have the amounts at the peak.
//! - A signal handler must not call `exit`, as POSIX says. If the handler interrupts the tracker, the dump waits forever.
//! - Each dump replaces the file. Dumps never overlap. Other threads may run meanwhile.
//! - The tracker starts a thread before `main`. On `SIGUSR2`, this thread writes the snapshot. Forked children have no such thread,
//!   and ignore the signal. A handler that the program installs later replaces the tracker's.
//! - With `DEEP_SIZE_TRACK_DUMP` alone, the recordings of the program itself are dumped.
//! - A bad value, or a file that cannot be written, is one line on the standard error. After a bad `DEEP_SIZE_TRACK`, both variables are ignored.
//! - Setuid and setgid programs ignore both variables.
//! - All [`TrackingAllocator`]s of a program share the recording. A shared library with its own copy of this crate has its own.
//! - Windows supports `DEEP_SIZE_TRACK` only. Other systems than Unix and Windows support neither variable.
//!
//! Without the variables, the feature costs two look-ups before `main`.
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
//! - On x86-64, counts are exact. On other processors, a load and a store update a count. A handler that runs between
//!   them may not be counted: at most the bytes or blocks that it allocates or frees.
//! - Peaks may miss blocks that the handler allocates and frees.
//! - If the handler interrupts the tracker, its allocations and frees count as the tracker's. So do allocations in `pthread_atfork` handlers.
//!
//! # Overhead
//!
//! Counting takes no lock. It allocates 16 KiB for each 64 threads that run at once beyond the first 64, and nothing else.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

mod allocator;
mod assert;
#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "sites")]
mod breakdown;
#[cfg(feature = "sites")]
mod clock;
mod counters;
#[cfg(all(feature = "env", unix))]
mod dump;
#[cfg(feature = "env")]
mod env;
#[cfg(feature = "sites")]
mod export;
#[cfg(feature = "sites")]
mod fork;
#[cfg(feature = "audit")]
mod freed;
mod future;
mod hash;
mod lock;
#[cfg(feature = "sites")]
mod modules;
#[cfg(feature = "html")]
mod page;
mod peaks;
mod profile;
#[cfg(feature = "sites")]
mod record;
#[cfg(feature = "sites")]
mod recorder;
#[cfg(feature = "sites")]
mod records;
mod region;
mod resident;
#[cfg(feature = "sites")]
mod sampling;
mod series;
#[cfg(feature = "sites")]
mod sites;
#[cfg(feature = "sites")]
mod snapshot;
#[cfg(feature = "sites")]
mod symbols;
mod table;
#[cfg(feature = "sites")]
mod threads;
mod timeline;
mod untracked;
mod usage;

use deep_size_format::{units, visible};

pub use allocator::TrackingAllocator;
#[cfg(feature = "audit")]
pub use audit::{
    Audit, AuditRegion, Block, Cause, Claim, Class, Coverage, CoverageRow, Estimate, ExactSize, Finding,
    Limitation, OpaqueClaim, audit, exact,
};
#[cfg(feature = "sites")]
pub use breakdown::{Breakdown, BreakdownPart};
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
pub use deep_size_track_macros::profile_memory;
#[cfg(feature = "sites")]
pub use export::Export;
pub use future::{Scoped, Tracked, tracked};
pub use profile::{Profile, Row, Scope, ScopeReport, report_scopes};
#[cfg(feature = "sites")]
pub use recorder::{Recorder, Recording};
pub use region::{Measured, ProcessRegion, Region, measure};
pub use series::{Series, Verdict};
#[cfg(feature = "sites")]
pub use snapshot::{
    Ages, Amount, Attribution, By, Filter, Frame, Group, LiveBlock, Metric, SizeHistogram, Snapshot,
    Statistic, Statistics, Trace, Traceback, traceback_of,
};
#[cfg(feature = "sites")]
pub use symbols::forget_names;
pub use timeline::{Event, Mark, Sample, Timeline, mark};
pub use untracked::tracker_size;
pub use usage::{Process, Usage, is_installed, process, thread};

/// Used by the macros of this crate only.
#[doc(hidden)]
pub mod __private {
    pub use crate::assert::Check;
    #[cfg(feature = "sites")]
    pub use crate::assert::{Blocks, Growth, OwnerMap, owners};
    pub use crate::profile::__private::*;

    #[cfg(feature = "audit")]
    pub use crate::audit::check;
}
