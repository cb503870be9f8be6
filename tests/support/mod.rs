//! The oracle: an allocator that counts what each thread has live and knows each block, and assertions that hold a walk against it.
#![allow(dead_code, reason = "each test crate uses its own part of this module")]

pub(crate) mod report;

use std::alloc::Layout;

use deep_size::{
    Allocation, DeepSize, Detail, FlatRun, Handle, LeafRun, Meeting, Node, Observer, Reason, Role, Tally,
    Totals, observe,
};
use deep_size_track::{AuditRegion, Recorder, TrackingAllocator, thread};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Begins to record blocks, with the places that allocate them only if somebody wants to see those of a failure.
fn audit_region() -> AuditRegion {
    let depth = if std::env::var_os("DEEP_SIZE_TRACES").is_some() { 64 } else { 0 };
    AuditRegion::begin_with(Recorder::all().depth(depth))
}

/// The bytes this thread has allocated and not freed.
///
/// A block freed by another thread than the one that allocated it makes one count too large and the other too small; a
/// test that moves memory between threads has to bear that in mind.
pub(crate) fn live_bytes() -> isize {
    signed(thread().net())
}

/// The blocks this thread has allocated and not freed.
pub(crate) fn live_blocks() -> isize {
    signed(thread().net_blocks())
}

/// How often this thread has asked the allocator for memory.
pub(crate) fn requests() -> u64 {
    thread().blocks_allocated + thread().reallocations
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
    /// Whether a handle was met whose block the walk has to remember.
    pub(crate) remembers: bool,
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
        let total = Tally::new().add_observed(value, &mut sum);
        assert!(sum.entered.is_empty(), "every value that was entered is left again");
        assert_eq!(sum.bytes, total, "the observed parts add up to the total");
        sum
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
            self.bytes += node.shallow;
        }
        self.part(node.shallow);
        self.entered.push(Entered { room: node.shallow, taken: 0 });
    }

    fn exit(&mut self) {
        let left = self.entered.pop().expect("what is left was entered");
        assert!(left.taken <= left.room, "the parts of a value fit into it and its blocks: {left:?}");
    }

    fn flat(&mut self, run: &FlatRun) {
        self.part(run.bytes);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        assert!(allocation.used <= allocation.layout.size(), "no more than the whole block is in use");
        self.block(allocation.layout);
    }

    fn shared(&mut self, meeting: &Meeting) {
        let owners = match meeting.handle {
            Handle::Strong => meeting.block.strong,
            Handle::Weak => meeting.block.weak,
        };
        self.remembers |= owners != Some(1);
        if meeting.counted {
            self.block(meeting.block.layout);
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        self.remembers = true;
        if counted {
            self.block(memory.layout);
        }
    }

    fn opaque(&mut self, reason: Reason) {
        self.opaque.push(reason);
    }
}

/// Sums up a walk that does not tell of every value.
struct Brief {
    detail: Detail,
    bytes: usize,
    blocks: usize,
    opaque: Vec<Reason>,
    told: usize,
}

impl Brief {
    fn of<T: DeepSize + ?Sized>(value: &T, detail: Detail) -> Self {
        let mut tally = Tally::new();
        let brief = Self::told_by(value, detail, |brief| tally.add_observed(value, brief));
        assert_eq!(brief.opaque.len(), tally.opaque_parts(), "opaque parts told with detail {detail:?}");
        brief
    }

    fn told_by<T: ?Sized>(value: &T, detail: Detail, walk: impl FnOnce(&mut Self) -> usize) -> Self {
        let mut brief = Self { detail, bytes: size_of_val(value), blocks: 0, opaque: Vec::new(), told: 0 };
        let total = walk(&mut brief);
        assert_eq!(brief.bytes, total, "the parts told with detail {detail:?} add up to the total");
        assert_eq!(brief.told, usize::from(detail == Detail::Totals), "totals are told once");
        brief
    }

    #[track_caller]
    fn assert_same(&self, sum: &Sum) {
        let detail = self.detail;
        assert_eq!((self.bytes, self.blocks), (sum.bytes, sum.blocks), "told with detail {detail:?}");
        // Not in the same order: what is sorted by kind, or put off, is met later.
        let sorted = |reasons: &[Reason]| {
            let mut texts: Vec<String> = reasons.iter().map(|reason| format!("{reason:?}")).collect();
            texts.sort();
            texts
        };
        assert_eq!(sorted(&self.opaque), sorted(&sum.opaque), "opaque, told with detail {detail:?}");
    }

    /// Something but totals is told.
    fn part(&self) {
        assert_ne!(self.detail, Detail::Totals, "only totals are told");
    }

    fn value(&self) {
        self.part();
        assert_ne!(self.detail, Detail::Blocks, "only memory is told");
    }

    fn block(&mut self, layout: Layout) {
        self.part();
        self.bytes += layout.size();
        self.blocks += 1;
    }
}

impl Observer for Brief {
    fn detail(&self) -> Detail {
        self.detail
    }

    fn enter(&mut self, _: &Node) {
        self.value();
    }

    fn exit(&mut self) {
        self.value();
    }

    fn flat(&mut self, _: &FlatRun) {
        self.value();
    }

    fn variant(&mut self, _: &'static str) {
        self.value();
    }

    fn run(&mut self, run: &LeafRun) {
        self.part();
        assert!(run.count > 0 && run.blocks <= run.count && run.used <= run.heap, "{run:?}");
        assert!(run.largest.0 < run.count && run.largest.1 <= run.heap, "{run:?}");
        self.bytes += run.heap;
        self.blocks += run.blocks;
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.block(allocation.layout);
    }

    fn shared(&mut self, meeting: &Meeting) {
        if meeting.counted {
            self.block(meeting.block.layout);
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        if counted {
            self.block(memory.layout);
        }
    }

    fn packed(&mut self, _: usize) {
        self.part();
    }

    fn opaque(&mut self, reason: Reason) {
        self.opaque.push(reason);
    }

    fn totals(&mut self, totals: &Totals) {
        self.bytes += totals.bytes;
        self.blocks += totals.blocks;
        self.told += 1;
    }
}

/// Asserts that a walk that does not tell of every value finds what one that does has found.
#[track_caller]
pub(crate) fn assert_brief<T: DeepSize + ?Sized>(value: &T, detail: Detail, sum: &Sum) {
    Brief::of(value, detail).assert_same(sum);
}

/// Asserts that a walk that only counts, and needs no tally, finds the same.
#[track_caller]
pub(crate) fn assert_totals<T: DeepSize + ?Sized>(value: &T, sum: &Sum) {
    Brief::told_by(value, Detail::Totals, |brief| observe(value, brief)).assert_same(sum);
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
    assert_eq!(tally.opaque_parts(), sum.opaque.len());
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
    for detail in [Detail::Runs, Detail::Blocks, Detail::Totals] {
        assert_brief(value, detail, &sum);
    }
    assert_totals(value, &sum);
    if !sum.remembers {
        assert_eq!(before.2, after.2, "measuring allocates nothing");
    }
    assert_eq!(value.deep_size(), size_of::<T>() + heap);
    assert!(!T::is_flat() || heap == 0, "a flat type owns nothing");
    assert!(!value.__is_bare() || (heap == 0 && sum.opaque.is_empty()), "a bare value owns nothing");
    report::checked_report(value);
    heap
}
