//! The oracle: an allocator that counts what each thread has live and knows each block, and assertions that hold a walk against it.
#![allow(dead_code, reason = "each test crate uses its own part of this module")]

pub(crate) mod report;

use std::alloc::Layout;

use deep_size::observer::{Allocation, FlatRun, Handle, Node, Role, SharedEvent};
use deep_size::{DeepSize, Observer, Reason, Tally, observe};
use deep_size_track::{AuditRegion, Recorder, TrackingAllocator, thread};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Begins to record blocks, with the places that allocate them only if somebody wants to see those of a failure.
fn audit_region() -> AuditRegion {
    let depth = if std::env::var_os("DEEP_SIZE_TRACES").is_some() { 64 } else { 0 };
    AuditRegion::begin_with(Recorder::all().max_depth(depth))
}

/// The bytes this thread has allocated and not freed.
///
/// A block freed by another thread than the one that allocated it makes one count too large and the other too small; a
/// test that moves memory between threads has to bear that in mind.
pub(crate) fn live_bytes() -> isize {
    signed(thread().net_size())
}

/// The blocks this thread has allocated and not freed.
pub(crate) fn live_blocks() -> isize {
    signed(thread().net_blocks())
}

/// How often this thread has asked the allocator for memory.
pub(crate) fn requests() -> u64 {
    thread().allocated_blocks + thread().reallocations
}

fn signed(number: impl TryInto<isize>) -> isize {
    number.try_into().ok().expect("no layout is larger than isize::MAX")
}

/// Sums up a walk on its own, and checks that what it is told makes sense.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    /// The shallow size of the root, the allocations, and the shared and borrowed blocks that were counted.
    pub(crate) bytes: usize,
    /// The blocks among them.
    pub(crate) blocks: usize,
    /// What could not be measured.
    pub(crate) opaque: Vec<Reason>,
    /// Whether a block was met that the walk has to record.
    pub(crate) records: bool,
    entered: Vec<Entered>,
}

/// A value that was entered and not yet left.
#[derive(Debug, Default)]
struct Entered {
    /// Its shallow size and the blocks it owns.
    room: usize,
    /// The shallow sizes of the values found in that room.
    taken: usize,
}

impl Sum {
    /// Walks over `value` and returns the sum, which equals the total that the walk returns.
    #[track_caller]
    pub(crate) fn of<T: DeepSize + ?Sized>(value: &T) -> Self {
        let mut sum = Self::default();
        let total = observe(value, &mut sum);
        sum.assert_total(total);
        sum
    }

    /// The same in a tally, which records unique handles too.
    #[track_caller]
    fn in_a_tally<T: DeepSize + ?Sized>(value: &T) -> Self {
        let (mut sum, mut tally) = (Self::default(), Tally::new());
        let total = tally.add_observed(value, &mut sum);
        sum.assert_total(total);
        assert_eq!((tally.deep_size(), tally.opaque_part_count()), (total, sum.opaque.len()));
        sum
    }

    #[track_caller]
    fn assert_total(&self, total: usize) {
        assert!(self.entered.is_empty(), "every value that was entered is left again");
        assert_eq!(self.bytes, total, "the observed parts add up to the total");
    }

    fn block(&mut self, layout: Layout) {
        self.bytes += layout.size();
        self.blocks += 1;
        self.entered.last_mut().expect("blocks belong to a value").room += layout.size();
    }

    fn part(&mut self, shallow: usize) {
        if let Some(around) = self.entered.last_mut() {
            around.taken += shallow;
        }
    }
}

impl Observer for Sum {
    fn enter(&mut self, node: &Node) {
        assert_eq!(
            node.role == Role::Root,
            self.entered.is_empty(),
            "the root and nothing else is entered first"
        );
        if self.entered.is_empty() {
            self.bytes += node.shallow_size;
        }
        self.part(node.shallow_size);
        self.entered.push(Entered { room: node.shallow_size, taken: 0 });
    }

    fn exit(&mut self) {
        let left = self.entered.pop().expect("what is left was entered");
        assert!(left.taken <= left.room, "the parts of a value fit into it and its blocks: {left:?}");
    }

    fn flat(&mut self, run: &FlatRun) {
        self.part(run.size);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        assert!(allocation.used_size <= allocation.layout.size(), "no more than the whole block is in use");
        self.block(allocation.layout);
    }

    fn shared(&mut self, event: &SharedEvent) {
        let owners = match event.handle {
            Handle::Strong => event.block.strong_count,
            Handle::Weak => event.block.weak_count,
        };
        self.records |= owners != Some(1);
        if event.counted {
            self.block(event.block.layout);
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        self.records = true;
        if counted {
            self.block(memory.layout);
        }
    }

    fn opaque(&mut self, reason: Reason) {
        self.opaque.push(reason);
    }
}

/// Asserts that each block that building allocated and that is live is reported once, with its size, and no other; that the heap size
/// is, to the byte and to the block, what dropping frees; that the observed walk finds the same; and that measuring leaves
/// the heap alone.
///
/// Memory that building sets up once, such as a thread-local buffer, has to be set up before.
#[track_caller]
pub(crate) fn assert_exact<T: DeepSize>(build: impl FnOnce() -> T) {
    assert_exact_and(true, build);
}

/// The same, with or without proof for each single block; that takes as long as all the rest.
#[track_caller]
pub(crate) fn assert_exact_and<T: DeepSize>(proven: bool, build: impl FnOnce() -> T) {
    let region = proven.then(audit_region);
    let before = (live_bytes(), live_blocks());
    let value = build();
    let built = (live_bytes() - before.0, live_blocks() - before.1);

    if let Some(region) = region {
        assert_proven(region, &value);
    }
    let heap = measure(&value);
    let sum = Sum::of(&value);
    let blocks = sum.blocks;
    assert_eq!(sum.opaque, [], "nothing is opaque");
    drop(sum);

    let measured = (live_bytes(), live_blocks());
    drop(value);
    let freed = (measured.0 - live_bytes(), measured.1 - live_blocks());

    let claimed = (signed(heap), signed(blocks));
    assert_eq!(claimed, built, "(bytes, blocks) measured, and allocated when building");
    assert_eq!(claimed, freed, "(bytes, blocks) measured, and freed when dropping");
}

/// Asserts that what was reported are live blocks, each once, and that none was left out but perhaps in an opaque part. Ends the
/// region, for recording takes time.
#[track_caller]
fn assert_proven<T: DeepSize>(region: AuditRegion, value: &T) {
    let audit = region.audit(value);
    assert!(audit.is_proven(), "run it with DEEP_SIZE_TRACES=1 to see who has allocated them\n{audit}");
}

/// Asserts that `build` returns a value which cannot be measured for this reason alone, and that the walk counts no
/// byte of its heap that is not there. Returns the heap size found.
#[track_caller]
pub(crate) fn assert_opaque<T: DeepSize>(reason: Reason, build: impl FnOnce() -> T) -> usize {
    let region = audit_region();
    let before = live_bytes();
    let value = build();
    let built = live_bytes() - before;

    assert_proven(region, &value);
    let heap = measure(&value);
    assert!(signed(heap) <= built, "{heap} bytes measured, but only {built} allocated");

    let sum = Sum::of(&value);
    assert!(!sum.opaque.is_empty(), "a part is opaque");
    assert!(sum.opaque.iter().all(|&one| one == reason), "every part is opaque for this reason: {sum:?}");
    let mut tally = Tally::new();
    tally.add(&value);
    assert!(!tally.is_exact());
    assert_eq!(tally.opaque_part_count(), sum.opaque.len());
    heap
}

/// Asserts that the type says it owns nothing, and that this value indeed does not.
#[track_caller]
pub(crate) fn assert_flat<T: DeepSize>(value: T) {
    assert!(T::is_flat(), "{} is flat", std::any::type_name::<T>());
    assert_exact(|| value);
}

/// The heap size, from a walk that leaves no trace on the heap.
#[track_caller]
fn measure<T: DeepSize>(value: &T) -> usize {
    let before = (live_bytes(), live_blocks(), requests());
    let heap = value.heap_size();
    let after = (live_bytes(), live_blocks(), requests());

    assert_eq!((before.0, before.1), (after.0, after.1), "measuring leaves the heap as it was");
    let sum = Sum::of(value);
    assert_eq!(sum.bytes, size_of::<T>() + heap, "both walks find the same, at the root too");
    let in_a_tally = Sum::in_a_tally(value);
    assert_eq!((in_a_tally.bytes, in_a_tally.blocks), (sum.bytes, sum.blocks), "in a tally as well");
    let mut tally = Tally::new();
    assert_eq!(tally.add(value), sum.bytes, "and in the plain walk of a tally");
    assert_eq!(tally.opaque_part_count(), sum.opaque.len(), "both walks find the same parts opaque");
    if !sum.records {
        assert_eq!(before.2, after.2, "measuring allocates nothing");
    }
    assert_eq!(value.deep_size(), size_of::<T>() + heap);
    assert!(!T::is_flat() || heap == 0, "a flat type owns nothing");
    report::checked_report(value);
    heap
}
