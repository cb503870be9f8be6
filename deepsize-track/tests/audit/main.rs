//! Audits find planted faults, and nothing in correct impls.

#![cfg(feature = "audit")]

mod bounds;
mod exact;
mod faults;
mod message;
mod random;
mod together;
mod types;

use deep_size_core::DeepSize;
use deep_size_track::{Audit, AuditRegion, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Builds a value in a region, and audits it.
fn audited<T: DeepSize>(build: impl FnOnce() -> T) -> Audit {
    let region = AuditRegion::begin();
    let value = build();
    region.audit(&value)
}

/// A finding as `(kind, path, other path, reported size, real size)`.
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

/// An expected finding.
fn expected(kind: &'static str, path: &str, other: &str, claimed: usize, real: usize) -> Found {
    (kind, path.into(), other.into(), claimed, real)
}
