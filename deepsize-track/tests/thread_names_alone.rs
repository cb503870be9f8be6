//! More names of threads than the tracker keeps. Alone, because names are kept until the program ends.

#![cfg(all(feature = "sites", any(target_os = "linux", target_os = "android", target_vendor = "apple")))]

use std::hint::black_box;
use std::thread;

use deep_size_track::{LiveBlock, Recorder, Snapshot, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[test]
fn threads_beyond_the_limit_share_a_name() {
    let _recording = Recorder::all().start();
    let work = || black_box(Vec::<u8>::with_capacity(12_345));
    let kept: Vec<_> = (0..300)
        .map(|n| thread::Builder::new().name(format!("thread-{n}")).spawn(work).unwrap().join().unwrap())
        .collect();
    let snapshot = Snapshot::take_with_blocks();
    let names: Vec<&str> = kept
        .iter()
        .map(|block| {
            let is_it = |found: &LiveBlock<'_>| found.address() == block.as_ptr().addr();
            snapshot.blocks().find(is_it).unwrap().thread_name()
        })
        .collect();
    let others = names.iter().position(|name| *name == "[other]").unwrap();
    // The harness and the test have names too.
    assert!((250..=256).contains(&others), "{others}");
    for (at, name) in names.iter().enumerate() {
        assert_eq!(*name, if at < others { format!("thread-{at}") } else { "[other]".to_owned() });
    }
    let blocks = snapshot.of_threads("[other]").blocks().filter(|block| block.size() == 12_345).count();
    assert_eq!(blocks, 300 - others);
}
