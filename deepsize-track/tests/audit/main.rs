//! What an audit finds: faults that were planted, and nothing in impls that are right.

#![cfg(feature = "audit")]

mod bounds;
mod faults;
mod message;
mod random;
mod types;

use deep_size_core::DeepSize;
use deep_size_track::{Audit, AuditRegion, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// The audit of a value in the region where it is built.
fn audited<T: DeepSize>(build: impl FnOnce() -> T) -> Audit {
    let region = AuditRegion::begin();
    let value = build();
    region.audit(&value)
}

/// What an audit has found, as `(kind, path, other path, reported, real)`.
type Found = (&'static str, String, String, usize, usize);

fn found(audit: &Audit) -> Vec<Found> {
    use deep_size_track::Finding as F;
    let path = |claim: &deep_size_track::Claim| claim.path.clone();
    let findings = audit.findings().iter().map(|finding| {
        let (kind, other) = match finding {
            F::CountedTwice { first, .. } => ("twice", path(first)),
            F::WrongSize { .. } => ("size", String::new()),
            F::Freed { .. } => ("freed", String::new()),
            F::NotLive { .. } => ("not live", String::new()),
            F::NeverCounted { .. } => ("never", String::new()),
            _ => ("unknown", String::new()),
        };
        let claimed = finding.claim().map_or(0, |claim| claim.size);
        let real = finding.block().map_or(0, |block| block.size);
        (kind, finding.claim().map(path).unwrap_or_default(), other, claimed, real)
    });
    findings.collect()
}

/// The same, of what is expected.
fn expected(kind: &'static str, path: &str, other: &str, claimed: usize, real: usize) -> Found {
    (kind, path.into(), other.into(), claimed, real)
}
