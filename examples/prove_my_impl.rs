//! Proves an impl of `DeepSize` written by hand: an audit matches each block that it reports with those that the allocator has
//! handed out, and names what does not fit.
//!
//! ```text
//! cargo run --example prove_my_impl
//! ```
//!
//! `Journal` is a ring of entries in memory that it manages itself. Its first impl has two faults of the kind one makes: it takes the
//! number of entries for the room there is for them, and it forgets a field that was added later. The total is wrong, but a total
//! does not say where. The audit does: it names the path, the bytes, and the line that has allocated what was forgotten. The second impl
//! is proven.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::slice;

use deep_size::{DeepSize, Walker};
use deep_size_track::{AuditRegion, Finding, TrackingAllocator, assert_audit};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// The last entries that were written, and how often each author wrote.
struct Journal {
    start: NonNull<String>,
    room: usize,
    len: usize,
    /// Where the next entry goes.
    next: usize,
    authors: BTreeMap<String, u32>,
}

impl Journal {
    fn with_room(room: usize) -> Self {
        let layout = Self::layout(room);
        assert!(layout.size() > 0, "a journal without room is of no use");
        // SAFETY: the layout's size is not zero.
        let block = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(block.cast()) else { handle_alloc_error(layout) };
        Self { start, room, len: 0, next: 0, authors: BTreeMap::new() }
    }

    fn layout(room: usize) -> Layout {
        Layout::array::<String>(room).expect("the room is reasonable")
    }

    fn write(&mut self, author: &str, entry: String) {
        *self.authors.entry(author.to_owned()).or_default() += 1;
        // SAFETY: the place lies in the block, since `next` is below `room`.
        let place = unsafe { self.start.add(self.next) };
        if self.len < self.room {
            // SAFETY: nothing was written there so far.
            unsafe { place.write(entry) };
            self.len += 1;
        } else {
            // SAFETY: all places were written, so there is an entry, which is dropped.
            drop(unsafe { place.replace(entry) });
        }
        self.next = (self.next + 1) % self.room;
    }

    fn entries(&self) -> &[String] {
        // SAFETY: the first `len` places were written.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the first `len` entries were written, the block was allocated with this layout, and neither is used again.
        unsafe {
            std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), self.len).drop_in_place();
            dealloc(self.start.as_ptr().cast(), Self::layout(self.room));
        }
    }
}

impl DeepSize for Journal {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let used = self.len * size_of::<String>();
        walker.allocation(self.start.as_ptr(), Self::layout(self.room), used);
        walker.elements(self.entries());
        walker.field("authors", &self.authors);
    }
}

/// The same, with an impl that was written in haste.
struct Hasty(Journal);

impl DeepSize for Hasty {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let journal = &self.0;
        // There may be more room than entries.
        let used = journal.len * size_of::<String>();
        walker.allocation(journal.start.as_ptr(), Journal::layout(journal.len), used);
        walker.elements(journal.entries());
        // And then there are the authors.
    }
}

fn written() -> Journal {
    let mut journal = Journal::with_room(16);
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

    println!("the impl written in haste says {} B\n{audit}\n", hasty.heap_size());
    let of_kind =
        |is_one: fn(&Finding) -> bool| audit.findings().iter().filter(|finding| is_one(finding)).count();
    assert_eq!(of_kind(|finding| matches!(finding, Finding::WrongSize { .. })), 1, "the room");
    assert_eq!(
        of_kind(|finding| matches!(finding, Finding::NeverCounted { .. })),
        3,
        "the tree and two names"
    );
    assert_eq!(audit.findings().len(), 4);

    // In a test this line is all it takes.
    let journal = assert_audit!(written());
    println!("the other is proven, with {} B in {} entries", journal.heap_size(), journal.entries().len());
}
