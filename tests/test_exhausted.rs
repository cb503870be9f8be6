//! Without memory for the visited set, measuring continues and reports the omitted blocks.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use deep_size::census::Budget;
use deep_size::registry::Registry;
use deep_size::{DeepSize, Reason, Size, Tally, Walker};

#[global_allocator]
static ALLOCATOR: Limited = Limited;

thread_local! {
    /// The largest block that this thread can allocate.
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Forwards requests to the system's allocator, up to the thread's limit.
struct Limited;

fn is_refused(size: usize) -> bool {
    LARGEST.try_with(|largest| size > largest.get()).unwrap_or(false)
}

// SAFETY: every call fails, as the contract permits, or is forwarded to `System` unchanged. The thread-local
// cell has no destructor and no lazy initialisation, so reading it neither allocates nor unwinds.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_refused(layout.size()) {
            return ptr::null_mut();
        }
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if is_refused(new_size) {
            return ptr::null_mut();
        }
        // SAFETY: the caller upholds the contract of `realloc`.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

/// Runs `work` while blocks of more than `largest` bytes cannot be allocated.
fn with_limit<R>(largest: usize, work: impl FnOnce() -> R) -> R {
    LARGEST.set(largest);
    let result = work();
    LARGEST.set(usize::MAX);
    result
}

/// A value so large that each block has a separate entry in the visited set.
type Large = [u64; 300];

/// Two handles on each block.
fn shared(count: u64) -> Vec<Arc<Large>> {
    let blocks: Vec<Arc<Large>> = (0..count).map(|number| Arc::new([number; 300])).collect();
    blocks.iter().chain(&blocks).cloned().collect()
}

/// A block of `shared`: two counts and the value.
const BLOCK: usize = 2 * size_of::<usize>() + size_of::<Large>();

#[test]
fn four_shared_blocks_need_no_memory() {
    let handles = shared(4);
    assert_eq!(
        with_limit(0, || handles.deep_size()),
        size_of_val(&handles) + size_of_val(&*handles) + 4 * BLOCK
    );
}

#[test]
fn blocks_that_cannot_be_recorded_are_omitted_and_reported() {
    let handles = shared(100);
    let vector = size_of_val(&handles) + size_of_val(&*handles);
    for largest in [0, 100, 1000] {
        let mut tally = Tally::new();
        let bytes = with_limit(largest, || tally.add(&handles));
        let left_out = (vector + 100 * BLOCK - bytes) / BLOCK;
        assert!(
            (1..=96).contains(&left_out),
            "{left_out} omitted blocks, with blocks of up to {largest} bytes"
        );
        assert_eq!(tally.size().opaque_part_count, 2 * left_out, "two for each omitted block");
        assert_eq!(with_limit(largest, || handles.deep_size()), bytes, "all walks agree");

        assert_eq!(tally.add(&handles), vector + left_out * BLOCK, "with enough memory, the rest is counted");
    }
}

/// A byte of a buffer.
struct View<'b>(&'b [u8]);

impl DeepSize for View<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared_slice(self.0, false);
    }
}

/// Views of bytes that are not adjacent.
fn views(buffer: &[u8]) -> Vec<View<'_>> {
    buffer.chunks(2).map(|two| View(&two[..1])).collect()
}

#[test]
fn four_parts_of_a_buffer_need_no_memory() {
    let buffer = [0; 8];
    let views = views(&buffer);
    assert_eq!(with_limit(0, || views.heap_size()), 4 * size_of::<View<'_>>() + 4);
}

#[test]
fn parts_that_cannot_be_recorded_are_omitted_and_reported() {
    let buffer = [0; 20_000];
    let views = views(&buffer);
    let handles = size_of_val(&views) + size_of_val(&*views);
    for largest in [0, 100, 600 * size_of::<usize>()] {
        let mut tally = Tally::new();
        let counted = with_limit(largest, || tally.add(&views)) - handles;
        let size = tally.size();
        assert!((4..10_000).contains(&counted), "{counted} parts, with blocks of up to {largest} bytes");
        assert_eq!((size.lower_bound_count, size.opaque_part_count), (10_000, 10_000 - counted));
        assert_eq!(with_limit(largest, || Size::of(&views)), size, "all walks agree");
        assert_eq!(tally.add(&views), handles + 10_000 - counted, "with enough memory, the rest is counted");
    }
    let report = with_limit(usize::MAX, || deep_size::inspect(&views));
    assert!(report.opaque_parts().is_empty());
    assert!(report.lower_bounds().iter().all(|bound| bound.reason == Reason::Slice));
}

/// Both roots reach all blocks, so no byte is exclusive. Blocks have contents, at whose end the walk leaves them.
#[test]
fn blocks_that_a_census_cannot_record_are_omitted_and_reported() {
    const BLOCK: usize = 2 * size_of::<usize>() + size_of::<Vec<u8>>();

    let blocks: Vec<Arc<Vec<u8>>> = (0..200).map(|_| Arc::new(vec![0])).collect();
    let mut limited = Budget::default();
    limited.total = Some(Duration::from_secs(3600));
    for handles in [blocks.clone(), blocks.iter().chain(&blocks).cloned().collect()] {
        let value = Arc::new((handles, vec![0_u8; 1000]));
        let registry = Registry::new();
        ["a", "b"].iter().for_each(|name| registry.register(*name, &value));
        let complete = registry.census().deep_size();
        for budget in [Budget::default(), limited] {
            // This suffices for the visited set, which has one entry for many of the blocks.
            let census = with_limit(1500, || registry.census_within(budget));
            let left_out = census.item("a").unwrap().size().opaque_part_count;
            assert!((1..200).contains(&left_out), "{left_out} omitted blocks");
            assert_eq!(census.deep_size(), complete - left_out * BLOCK);
            assert_eq!(census.shared_size("a", "b"), census.deep_size(), "{census}");
        }
    }
}
