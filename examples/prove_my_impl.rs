//! Proves a hand-written impl of `DeepSize`: an audit compares each block that it reports with the allocator's record.
//!
//! ```text
//! cargo run --example prove_my_impl
//! ```
//!
//! `Journal` is a ring buffer with a raw pointer. The impl of `Hasty` has two common faults. It uses the length in place of the
//! capacity, and it forgets a field that was added later. A wrong total does not show its cause. The audit names the path, the bytes,
//! and the line that allocated each forgotten block. The impl of `Journal` is proven.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::slice;

use deep_size::{DeepSize, Walker};
use deep_size_track::{AuditRegion, Finding, TrackingAllocator, assert_audit};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// The last entries, and the number of entries of each author.
struct Journal {
    start: NonNull<String>,
    capacity: usize,
    len: usize,
    /// The index of the next entry.
    next: usize,
    authors: BTreeMap<String, u32>,
}

impl Journal {
    fn with_capacity(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        assert!(layout.size() > 0, "the capacity is not zero");
        // SAFETY: the layout's size is not zero.
        let block = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(block.cast()) else { handle_alloc_error(layout) };
        Self { start, capacity, len: 0, next: 0, authors: BTreeMap::new() }
    }

    fn layout(capacity: usize) -> Layout {
        Layout::array::<String>(capacity).expect("the capacity fits in memory")
    }

    fn write(&mut self, author: &str, entry: String) {
        *self.authors.entry(author.to_owned()).or_default() += 1;
        // SAFETY: the place is in the block, because `next < capacity`.
        let place = unsafe { self.start.add(self.next) };
        if self.len < self.capacity {
            // SAFETY: the place is not initialised yet, so no entry is lost.
            unsafe { place.write(entry) };
            self.len += 1;
        } else {
            // SAFETY: all places are initialised.
            drop(unsafe { place.replace(entry) });
        }
        self.next = (self.next + 1) % self.capacity;
    }

    fn entries(&self) -> &[String] {
        // SAFETY: the first `len` places are initialised.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the first `len` places are initialised, the block has this layout, and neither is used again.
        unsafe {
            std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), self.len).drop_in_place();
            dealloc(self.start.as_ptr().cast(), Self::layout(self.capacity));
        }
    }
}

impl DeepSize for Journal {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let used = self.len * size_of::<String>();
        walker.allocation(self.start.as_ptr(), Self::layout(self.capacity), used);
        walker.elements(self.entries());
        walker.field("authors", &self.authors);
    }
}

/// A journal with a faulty impl.
struct Hasty(Journal);

impl DeepSize for Hasty {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let journal = &self.0;
        let used = journal.len * size_of::<String>();
        // Fault: the layout of the block has the capacity, not the length.
        walker.allocation(journal.start.as_ptr(), Journal::layout(journal.len), used);
        walker.elements(journal.entries());
        // Fault: `authors` is missing.
    }
}

fn written() -> Journal {
    let mut journal = Journal::with_capacity(16);
    for (author, entry) in [("ada", "begun"), ("grace", "found a moth"), ("ada", "mended")] {
        journal.write(author, entry.repeat(3));
    }
    journal
}

fn main() {
    let region = AuditRegion::begin();
    let hasty = Hasty(written());
    let audit = region.audit(&hasty);
    drop(region);

    println!("the faulty impl measures {} B\n{audit}\n", hasty.heap_size());
    let of_kind =
        |is_one: fn(&Finding) -> bool| audit.findings().iter().filter(|finding| is_one(finding)).count();
    assert_eq!(of_kind(|finding| matches!(finding, Finding::WrongSize { .. })), 1, "the buffer");
    assert_eq!(
        of_kind(|finding| matches!(finding, Finding::NeverCounted { .. })),
        3,
        "the tree and two names"
    );
    assert_eq!(audit.findings().len(), 4);

    // A test needs only this line.
    let journal = assert_audit!(written());
    println!("the correct impl is proven: {} B, {} entries", journal.heap_size(), journal.entries().len());
}
