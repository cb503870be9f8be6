use std::fmt;

use deep_size_core::DeepSize;

use super::audit_region::AuditRegion;

/// Builds a value and asserts that the walk reports each block that this has allocated, once and with its size, and no other; returns
/// the value.
///
/// The expression is evaluated in an [`AuditRegion`](crate::AuditRegion). What the value takes from outside has to be recorded too: start a
/// [`Recorder::all`](crate::Recorder::all) before it is made.
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
/// # Panics
///
/// With a line for each finding, if there is any: which block, by whom, with its size, and where it was allocated. Also if there can be no
/// proof, since the program's allocator is no [`TrackingAllocator`](crate::TrackingAllocator).
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

/// Panics if there is no proof.
#[track_caller]
pub fn check<T: DeepSize + ?Sized>(region: &AuditRegion, value: &T, name: fmt::Arguments<'_>) {
    let audit = region.audit(value);
    let found = if audit.limitation().is_some() { "no proof" } else { "faults" };
    assert!(audit.is_proven(), "the audit of {name} found {found}\n{audit}");
}
