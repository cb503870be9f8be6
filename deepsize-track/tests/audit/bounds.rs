//! The bounds of a region: other threads, earlier blocks, opaque parts.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use deep_size_core::{DeepSize, Reason, Walker};
use deep_size_track::{AuditRegion, Recorder, assert_audit};

use crate::{audited, expected, found};

#[test]
fn a_block_from_before_the_region_is_known_to_an_outer_recording() {
    let recording = Recorder::all().start();
    let early = Arc::new([1_u64; 4]);
    let value = assert_audit!((early.clone(), String::from("late")));
    drop((value, recording));
}

#[test]
fn a_block_resized_in_the_region_counts_as_allocated_there() {
    let mut text = String::from("early");
    let region = AuditRegion::begin();
    text.reserve_exact(1000);
    let audit = region.audit(&text);
    assert!(audit.is_proven(), "{audit}");
    assert_eq!(found(&region.audit(&())), [expected("never", "", "", 0, text.capacity())]);
}

#[test]
fn blocks_of_other_threads_are_not_demanded() {
    let (start, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            start.wait();
            let kept: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
            end.wait();
            end.wait();
            kept.len()
        });
        let region = AuditRegion::begin();
        let value = vec![String::from("one"), String::from("two")];
        start.wait();
        end.wait();
        let audit = region.audit(&value);
        assert!(audit.is_proven(), "{audit}");
        end.wait();
        assert_eq!(other.join().expect("the thread does not panic"), 1000);
    });
}

#[test]
fn blocks_of_other_threads_are_matched() {
    let region = AuditRegion::begin();
    let value = thread::scope(|scope| {
        let built = scope.spawn(|| (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
        built.join().expect("the thread does not panic")
    });
    let audit = region.audit(&value);
    // The thread's own blocks are freed by now.
    assert!(audit.is_proven(), "{audit}");
    assert_eq!(audit.block_count(), 101);
}

#[test]
fn regions_may_be_nested() {
    let outer = AuditRegion::begin();
    let one = String::from("one");
    let inner = AuditRegion::begin();
    let two = String::from("another");
    assert!(inner.audit(&two).is_proven());
    assert_eq!(found(&inner.audit(&one)), [expected("never", "", "", 0, 7)]);
    drop(inner);
    assert!(outer.audit(&(&two, one.as_str())).findings().len() == 2, "a reference owns nothing");
    let both = (one, two);
    assert!(outer.audit(&both).is_proven());
}

#[test]
fn concurrent_regions_demand_only_their_own_blocks() {
    thread::scope(|scope| {
        for thread in 0..8_usize {
            scope.spawn(move || {
                for round in 0..200 {
                    let audit = audited(|| vec![vec![thread; round % 7 + 1]; round % 13]);
                    assert!(audit.is_proven(), "{audit}");
                    assert_eq!(audit.block_count(), if round % 13 == 0 { 0 } else { round % 13 + 1 });
                }
            });
        }
    });
}

#[test]
fn unreported_blocks_may_belong_to_an_opaque_part() {
    let audit = audited(|| (Cell::new(vec![1_u64; 10]), String::from("seen")));
    assert!(audit.is_proven(), "{audit}");
    let sizes: Vec<_> = audit.possibly_opaque_blocks().iter().map(|block| block.size).collect();
    assert_eq!((sizes, audit.block_count()), (vec![80], 1));
    let opaque: Vec<_> = audit.opaque_parts().iter().map(|part| (part.path.as_str(), part.reason)).collect();
    assert_eq!(opaque, [("0", Reason::Cell)]);
    assert!(audit.to_string().contains("possibly in an opaque part: 80 B"), "{audit}");

    let audit = audited(mpsc::channel::<String>);
    assert!(audit.is_proven() && !audit.possibly_opaque_blocks().is_empty(), "{audit}");

    let lock = Mutex::new(String::new());
    let held = lock.lock();
    let region = AuditRegion::begin();
    let inside = (&lock, Mutex::new(String::from("free")));
    assert!(region.audit(&inside).is_proven());
    drop(held);
}

#[test]
fn a_reported_lower_bound_is_no_finding() {
    let audit = audited(|| {
        let mut rest = vec![1_u64; 10].into_iter();
        rest.next();
        rest
    });
    assert!(audit.is_proven() && audit.lower_bound_count() == 1, "{audit}");
}

#[test]
fn borrowed_memory_may_be_part_of_a_block_or_of_none() {
    struct Tokens<'t>(Vec<&'t str>);
    impl DeepSize for Tokens<'_> {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("0", &self.0);
            self.0.iter().for_each(|token| walker.borrowed(*token));
        }
    }
    let recording = Recorder::all().start();
    let text = String::from("one two three");
    let on_the_stack = *b"stack";
    let region = AuditRegion::begin();
    let mut tokens: Vec<_> = text.split(' ').collect();
    tokens.extend(["static", std::str::from_utf8(&on_the_stack).expect("the bytes are ASCII")]);
    let audit = region.audit(&Tokens(tokens));
    assert!(audit.is_proven(), "{audit}");
    assert_eq!((audit.block_count(), audit.borrowed_size()), (1, 3 + 3 + 5 + 6 + 5));
    drop((region, recording));
}

#[test]
fn a_block_kept_by_weak_handles_is_counted() {
    let audit = audited(|| {
        let strong = Rc::new([1_u64; 4]);
        let weak = [Rc::downgrade(&strong), Rc::downgrade(&strong)];
        drop(strong);
        weak
    });
    assert!(audit.is_proven() && audit.block_count() == 1, "{audit}");
}

#[test]
fn a_value_on_the_heap_need_not_report_its_own_block() {
    let region = AuditRegion::begin();
    let boxed = Box::new((String::from("in a box"), 7_u64));
    let audit = region.audit(&*boxed);
    assert!(audit.is_proven() && audit.block_count() == 1, "{audit}");
    assert!(region.audit(&boxed).is_proven());
}

#[test]
fn a_long_list_is_audited_in_linear_time_and_its_paths_are_shortened() {
    struct Node {
        /// The impl reports only the first byte.
        label: String,
        next: Option<Box<Self>>,
    }
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.allocation(self.label.as_ptr(), std::alloc::Layout::new::<u8>(), 1);
            walker.field("next", &self.next);
        }
    }
    let build = |length| {
        let mut list = None;
        for _ in 0..length {
            list = Some(Box::new(Node { label: String::from("label"), next: list }));
        }
        list
    };
    let region = AuditRegion::begin_with(Recorder::all().max_depth(0));
    let mut list = build(100_000);
    let audit = region.audit(&list);
    drop(region);
    // A recursive drop would overflow the stack.
    while let Some(node) = list {
        list = node.next;
    }
    assert_eq!(audit.findings().len(), 100_000);
    let mut claims = audit.findings().iter().filter_map(|finding| finding.claim());
    let path = &claims.next_back().expect("each finding has a claim").path;
    assert_eq!(path.matches("next").count(), 2 * 24 - 1, "the pointee adds no step: {path}");
    assert!(path.contains("next.….next") && path.len() < 1000, "{path}");
}
