use std::fmt;

use deep_size_core::DeepSize;

use super::{Audit, AuditRegion, Finding};
use crate::assert::refuse_reference;

/// Builds a value and asserts that its impl of `DeepSize` reports exactly the allocated blocks. Returns the value.
///
/// The walk must report each block that the expression allocates once, with its size, and no other block. The expression runs in an
/// [`AuditRegion`](crate::AuditRegion).
///
/// Pass an expression that builds the value, such as `build()`, and not a value that was built earlier. A reference owns nothing, so
/// an audit of one proves nothing.
///
/// If the value takes blocks from outside, such as a shared `Arc`, start a [`Recorder::all`](crate::Recorder::all) before they are
/// allocated.
///
/// # Panics
///
/// Panics if the audit has findings, with a line for each: the block, the value that reports it, and the call site that allocated
/// it. It also panics if nothing can be proven, because the expression is a reference or the program's allocator is not a
/// [`TrackingAllocator`](crate::TrackingAllocator).
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use deep_size_track::{TrackingAllocator, assert_audit};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let squares = assert_audit!((0..100_u64).map(|n| (n, vec![n; 2])).collect::<BTreeMap<_, _>>());
/// assert_eq!(squares.len(), 100);
/// ```
///
/// Arguments after the expression replace it in the message, as in `assert_audit!(build(seed), "seed {seed}")`.
#[macro_export]
macro_rules! assert_audit {
    ($value:expr $(,)?) => {
        $crate::assert_audit!($value, "`{}`", ::core::stringify!($value))
    };
    ($value:expr, $($message:tt)+) => {{
        let region = $crate::AuditRegion::begin();
        let value = $value;
        $crate::__private::check(&region, &value, ::core::format_args!($($message)+));
        value
    }};
}

/// Panics if the value is a reference, or if the audit proves nothing or has findings.
#[track_caller]
pub fn check<T: DeepSize + ?Sized>(region: &AuditRegion, value: &T, name: fmt::Arguments<'_>) {
    refuse_reference::<T>(name);
    let audit = region.audit(value);
    let hint = if is_built_earlier(&audit) {
        "build the value inside the macro: `assert_audit!(make())`\n"
    } else {
        ""
    };
    assert!(audit.is_proven(), "the audit of {name} failed\n{hint}{audit}");
}

/// Whether no reported block was allocated in the region, and no block of the region is left over.
fn is_built_earlier(audit: &Audit) -> bool {
    let is_unknown =
        |finding: &Finding| matches!(finding, Finding::NotLive { claim } if claim.address.is_some());
    let findings = audit.findings();
    audit.block_count() == 0 && !findings.is_empty() && findings.iter().all(is_unknown)
}
