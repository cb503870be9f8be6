//! Audits while not all blocks are recorded. This file is a program with one test, because recordings are global.

#![cfg(feature = "audit")]

use std::alloc::Layout;
use std::panic::catch_unwind;
use std::ptr::without_provenance;
use std::sync::Arc;

use deep_size_core::{DeepSize, Walker};
use deep_size_track::{AuditRegion, Finding, Limitation, Recorder, TrackingAllocator, assert_audit, audit};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Reports a block at an arbitrary address.
struct Claims(usize, usize);

impl DeepSize for Claims {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::array::<u8>(self.1).expect("it is small");
        walker.allocation(without_provenance::<u8>(self.0), layout, self.1);
    }
}

#[test]
fn one_after_the_other() {
    nothing_is_proven_unless_all_blocks_are_recorded();
    a_block_from_before_the_region_is_not_live();
    a_value_from_before_the_macro_has_a_hint();
    freed_blocks_are_distinguished_from_unknown_ones();
    a_region_without_traces_names_no_line();
}

fn nothing_is_proven_unless_all_blocks_are_recorded() {
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
    assert_eq!((full.block_count(), full.size()), (3, 2 * size_of::<String>() + 2));
    assert!(
        full.to_string().starts_with(&format!("0 findings; 3 blocks ({} B) are right", full.size())),
        "{full}"
    );
    all.stop();
    assert_eq!(audit(&copy).limitation(), Some(Limitation::Sampled));
    sampled.stop();
    assert_eq!(audit(&copy).limitation(), Some(Limitation::NotRecorded));
}

fn a_block_from_before_the_region_is_not_live() {
    let early = Arc::new([1_u64; 4]);
    let region = AuditRegion::begin();
    let audit = region.audit(&(early.clone(), String::from("late")));
    let [Finding::NotLive { claim }] = audit.findings() else { panic!("{audit}") };
    assert_eq!((claim.path.as_str(), claim.size, audit.block_count()), ("0", 2 * size_of::<usize>() + 32, 1));
}

fn a_value_from_before_the_macro_has_a_hint() {
    let start = "the audit of `words` failed\nbuild the value inside the macro: `assert_audit!(make())`\n";
    let words = vec![String::from("one")];
    let panic = catch_unwind(|| assert_audit!(words)).expect_err("the blocks are unknown");
    let message = panic.downcast_ref::<String>().expect("the message is a string");
    assert!(message.starts_with(start), "{message}");
    // Only one of the blocks is older.
    let old = String::from("old");
    let panic = catch_unwind(|| assert_audit!(vec![old])).expect_err("one block is unknown");
    let message = panic.downcast_ref::<String>().expect("the message is a string");
    assert!(!message.contains("assert_audit!(make())"), "{message}");
}

fn freed_blocks_are_distinguished_from_unknown_ones() {
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
    assert!(audit.to_string().contains("freed: 97.7 KiB (100,000 B) at the value itself"), "{audit}");
    // An unknown address, and one inside the value, where no block is.
    let never = region.audit(&Claims(usize::MAX - 4096, 8));
    assert!(matches!(never.findings(), [Finding::NotLive { .. }]), "{never}");
    let mut inside = Claims(0, 8);
    inside.0 = std::ptr::from_ref(&inside).addr();
    let inside = region.audit(&inside);
    assert!(matches!(inside.findings(), [Finding::NotLive { .. }]), "{inside}");
    drop(region);
    // A region that begins later has no record of the free.
    let later = AuditRegion::begin().audit(&claims);
    assert!(matches!(later.findings(), [Finding::NotLive { .. }]), "{later}");
}

fn a_region_without_traces_names_no_line() {
    let region = AuditRegion::begin_with(Recorder::all().max_depth(0));
    let kept = vec![1_u8; 10];
    let audit = region.audit(&());
    let [Finding::NeverCounted { block, after: None, before: None }] = audit.findings() else {
        panic!("{audit}")
    };
    assert_eq!((block.size, block.frames().count()), (10, 0));
    assert!(audit.to_string().contains("never counted: 10 B, allocated at an unknown line"), "{audit}");
    drop(kept);
}
