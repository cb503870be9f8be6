//! What an audit says where not all is recorded. A program of its own with one test, since recordings are the whole program's.

#![cfg(feature = "audit")]

use std::alloc::Layout;
use std::ptr::without_provenance;
use std::sync::Arc;

use deep_size_core::{DeepSize, Walker};
use deep_size_track::{AuditRegion, Finding, Limitation, Recorder, TrackingAllocator, audit};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Reports a block at an address that may be anything.
struct Claims(usize, usize);

impl DeepSize for Claims {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::array::<u8>(self.1).expect("it is small");
        walker.allocation(without_provenance::<u8>(self.0), layout, self.1);
    }
}

#[test]
fn one_after_the_other() {
    nothing_is_proven_unless_all_is_recorded();
    a_block_from_before_is_not_known();
    a_freed_block_is_told_from_one_that_never_was();
    a_region_without_traces_names_no_place();
}

fn nothing_is_proven_unless_all_is_recorded() {
    let value = vec![String::from("a"), String::from("b")];
    let nothing = audit(&value);
    assert_eq!((nothing.is_proven(), nothing.limitation()), (false, Some(Limitation::NotRecorded)));
    assert!(nothing.to_string().starts_with("no proof: no blocks are recorded"), "{nothing}");
    assert!(!audit(&()).is_proven(), "no empty pass");

    let sampled = Recorder::sampled().start();
    assert_eq!(audit(&value).limitation(), Some(Limitation::Sampled));
    let region = AuditRegion::begin_with(Recorder::sampled());
    assert_eq!(region.audit(&()).limitation(), Some(Limitation::Sampled));
    drop(region);

    let all = Recorder::all().start();
    let late = audit(&value);
    assert_eq!((late.is_proven(), late.limitation(), late.findings().len()), (false, None, 3));
    let copy = value.clone();
    let full = audit(&copy);
    assert!(full.is_proven(), "{full}");
    assert_eq!((full.blocks(), full.bytes()), (3, 50));
    assert!(full.to_string().starts_with("50 B in 3 blocks counted once; 0 findings"), "{full}");
    all.stop();
    assert_eq!(audit(&copy).limitation(), Some(Limitation::Sampled));
    sampled.stop();
    assert_eq!(audit(&copy).limitation(), Some(Limitation::NotRecorded));
}

fn a_block_from_before_is_not_known() {
    let early = Arc::new([1_u64; 4]);
    let region = AuditRegion::begin();
    let audit = region.audit(&(early.clone(), String::from("late")));
    let [Finding::NotLive { claim }] = audit.findings() else { panic!("{audit}") };
    assert_eq!((claim.path.as_str(), claim.size, audit.blocks()), ("0", 48, 1));
}

fn a_freed_block_is_told_from_one_that_never_was() {
    let region = AuditRegion::begin();
    let freed = vec![1_u8; 100_000];
    let address = freed.as_ptr().addr();
    drop(freed);
    let claims = Claims(address, 100_000);
    let audit = region.audit(&claims);
    let [Finding::Freed { claim, block }] = audit.findings() else { panic!("{audit}") };
    assert_eq!(
        (claim.size, claim.path.as_str(), block.size, block.address),
        (100_000, ".", 100_000, address)
    );
    assert!(audit.to_string().contains("freed: 100000 B at the value itself"), "{audit}");
    // One of which nothing is known, and one that is no block, but inside of the value.
    let never = region.audit(&Claims(usize::MAX - 4096, 8));
    assert!(matches!(never.findings(), [Finding::NotLive { .. }]), "{never}");
    let mut inside = Claims(0, 8);
    inside.0 = std::ptr::from_ref(&inside).addr();
    let inside = region.audit(&inside);
    assert!(matches!(inside.findings(), [Finding::NotLive { .. }]), "{inside}");
    drop(region);
    // A region that begins later knows nothing of it.
    let later = AuditRegion::begin().audit(&claims);
    assert!(matches!(later.findings(), [Finding::NotLive { .. }]), "{later}");
}

fn a_region_without_traces_names_no_place() {
    let region = AuditRegion::begin_with(Recorder::all().depth(0));
    let kept = vec![1_u8; 10];
    let audit = region.audit(&());
    let [Finding::NeverCounted { block, after: None, before: None }] = audit.findings() else {
        panic!("{audit}")
    };
    assert_eq!((block.size, block.frames().count()), (10, 0));
    assert!(audit.to_string().contains("never counted: 10 B, allocated at an unknown place"), "{audit}");
    drop(kept);
}
