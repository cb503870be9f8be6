//! The oracle: an allocator that counts and records the live blocks of each thread, and assertions that
//! compare a walk with it.
#![allow(dead_code, reason = "each test crate uses its own part of this module")]

pub(crate) mod identity;
pub(crate) mod report;

use std::alloc::Layout;
use std::ops::ControlFlow;

use deep_size::observer::{Allocation, FlatRun, Handle, Node, Role, SharedEvent};
use deep_size::{DeepSize, Observer, Reason, Size, Tally, observe};
use deep_size_track::{Audit, AuditRegion, ExactSize, Recorder, TrackingAllocator, exact, thread};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Begins to record blocks. Call sites are recorded only on request, because they take time.
fn audit_region() -> AuditRegion {
    let depth = if std::env::var_os("DEEP_SIZE_TRACES").is_some() { 64 } else { 0 };
    AuditRegion::begin_with(Recorder::all().max_depth(depth))
}

/// The bytes this thread has allocated and not freed.
///
/// A block that another thread frees makes one thread's count too large and the other's too small.
/// Tests that move memory between threads must allow for it.
pub(crate) fn live_bytes() -> isize {
    signed(thread().net_size())
}

/// The blocks this thread has allocated and not freed.
pub(crate) fn live_blocks() -> isize {
    signed(thread().net_blocks())
}

/// The number of requests of this thread to the allocator.
pub(crate) fn requests() -> u64 {
    thread().allocated_blocks
}

/// The number of random values for a test that tries `full` of them before a release: by default, a twentieth.
///
/// `DEEP_SIZE_CASES` sets it in ten-thousandths of `full`: 10000 tries all, 500 is the default.
pub(crate) fn random_cases(full: u32) -> u32 {
    let share = std::env::var("DEEP_SIZE_CASES").ok().and_then(|share| share.parse().ok());
    let cases = u64::from(full) * u64::from(share.unwrap_or(500_u32)) / 10_000;
    u32::try_from(cases).unwrap_or(u32::MAX).max(1)
}

fn signed(number: impl TryInto<isize>) -> isize {
    number.try_into().ok().expect("no layout is larger than isize::MAX")
}

/// Adds up the events of an observed walk, and checks that they are consistent.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    /// The shallow size of the root, plus the allocations and the counted shared and borrowed blocks.
    pub(crate) bytes: usize,
    /// The blocks among them.
    pub(crate) blocks: usize,
    /// The blocks of one value without an address.
    pub(crate) blocks_without_address: usize,
    /// The reasons of the opaque parts.
    pub(crate) opaque: Vec<Reason>,
    /// The reasons of the lower bounds, and the most bytes that each lacks.
    pub(crate) lower_bounds: Vec<(Reason, Option<usize>)>,
    /// Whether the walk visited a block that it has to record.
    pub(crate) records: bool,
    shared: Shared,
    entered: Vec<Entered>,
}

/// The blocks that may have several handles.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shared {
    handles: usize,
    counted_blocks: usize,
    counted_bytes: usize,
}

impl Shared {
    fn add(&mut self, event: &SharedEvent) {
        let is_owner = event.handle == Handle::Strong || event.block.strong_count == Some(0);
        if is_owner && !is_unique(event) {
            self.handles += 1;
            self.counted_blocks += usize::from(event.counted);
            self.counted_bytes += if event.counted { event.block.layout.size() } else { 0 };
        }
    }
}

fn is_unique(event: &SharedEvent) -> bool {
    (event.block.strong_count, event.block.weak_count) == (Some(1), Some(0))
}

/// A value between its `enter` and `exit`.
#[derive(Debug, Default)]
struct Entered {
    /// Its shallow size and its blocks.
    room: usize,
    /// The shallow sizes of its parts.
    taken: usize,
    /// Whether its last part was entered.
    is_closed: bool,
}

impl Sum {
    /// Walks over `value` and returns the events' sum, which equals the walk's total.
    #[track_caller]
    pub(crate) fn of<T: DeepSize + ?Sized>(value: &T) -> Self {
        let mut sum = Self::default();
        let total = observe(value, &mut sum);
        sum.assert_total(total);
        sum
    }

    /// Like `of`, but in a tally, which records unique handles too.
    #[track_caller]
    fn in_a_tally<T: DeepSize + ?Sized>(value: &T) -> Self {
        let (mut sum, mut tally) = (Self::default(), Tally::new());
        let total = tally.add_observed(value, &mut sum);
        sum.assert_total(total);
        assert_eq!(tally.size(), sum.size(), "the tally agrees with the events");
        assert_eq!(tally.deep_size(), total);
        sum
    }

    /// The sum of the events, with its certainty.
    pub(crate) fn size(&self) -> Size {
        let mut size = Size::default();
        size.deep_size = self.bytes;
        size.opaque_part_count = self.opaque.len();
        size.lower_bound_count = self.lower_bounds.len();
        size.missing_size = self
            .lower_bounds
            .iter()
            .try_fold(0_usize, |sum, (_, missing)| Some(sum.saturating_add((*missing)?)));
        size
    }

    /// The number of blocks of an exact sum.
    #[track_caller]
    fn exact_blocks(self) -> usize {
        assert!(self.size().is_exact(), "nothing is opaque or a lower bound: {self:?}");
        self.blocks
    }

    #[track_caller]
    fn assert_total(&self, total: usize) {
        assert!(self.entered.is_empty(), "every entered value is left again");
        assert_eq!(self.bytes, total, "the observed parts add up to the total");
    }

    /// An event of the innermost value, other than its exit.
    fn event(&self) {
        assert!(!self.entered.last().is_some_and(|value| value.is_closed), "no event follows the last part");
    }

    fn block(&mut self, layout: Layout, count: usize) {
        self.event();
        self.bytes += layout.size();
        self.blocks += count;
        self.entered.last_mut().expect("blocks belong to a value").room += layout.size();
    }

    fn part(&mut self, shallow: usize) {
        self.event();
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
            "only the root is entered without a parent"
        );
        if self.entered.is_empty() {
            self.bytes += node.shallow_size;
        }
        self.part(node.shallow_size);
        if let Some(around) = self.entered.last_mut() {
            around.is_closed = node.is_last;
        }
        self.entered.push(Entered { room: node.shallow_size, taken: 0, is_closed: false });
    }

    fn exit(&mut self) {
        let left = self.entered.pop().expect("exits match entries");
        assert!(left.taken <= left.room, "the parts of a value fit into it and its blocks: {left:?}");
    }

    fn flat(&mut self, run: &FlatRun) {
        self.part(run.size);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        assert!(
            allocation.used_size <= allocation.layout.size(),
            "the used size is at most the block's size"
        );
        if allocation.address.is_none() {
            self.blocks_without_address += allocation.block_count;
        }
        self.block(allocation.layout, allocation.block_count);
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.records |= event.handle == Handle::Weak || !is_unique(event);
        self.shared.add(event);
        if event.counted {
            self.block(event.block.layout, usize::from(event.extends.is_none()));
        }
    }

    fn contains_root(&mut self, shallow_size: usize) {
        self.bytes -= shallow_size;
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        self.records = true;
        self.shared.handles += 1;
        if counted {
            self.block(memory.layout, 1);
        }
    }

    fn opaque(&mut self, reason: Reason) {
        self.event();
        self.opaque.push(reason);
    }

    fn lower_bound(&mut self, reason: Reason, missing_size: Option<usize>) {
        self.event();
        self.lower_bounds.push((reason, missing_size));
    }
}

/// The events of a walk for an observer that does not want values.
struct SharedSum {
    size: Size,
    shared: Shared,
    depth: usize,
}

impl SharedSum {
    #[track_caller]
    fn of<T: DeepSize + ?Sized>(value: &T) -> Self {
        let mut sum = Self { size: Size::default(), shared: Shared::default(), depth: 0 };
        sum.size.missing_size = Some(0);
        let total = Tally::new().add_observed(value, &mut sum);
        assert_eq!(sum.depth, 0, "each block with contents ends");
        // The last event was at the end of the walk. If a block contains the root, its bytes include the root.
        let in_block = (sum.size.deep_size + size_of_val(value)).saturating_sub(total);
        assert!([0, size_of_val(value)].contains(&in_block), "the bytes so far are the bytes of the walk");
        sum.size.deep_size = total;
        sum
    }
}

impl Observer for SharedSum {
    fn wants_values(&self) -> bool {
        false
    }

    fn progress(&mut self, heap_size: usize) -> ControlFlow<()> {
        assert!(heap_size >= self.size.deep_size, "the bytes so far only grow");
        self.size.deep_size = heap_size;
        ControlFlow::Continue(())
    }

    fn known_handles(&mut self, addresses: &[usize]) {
        self.shared.handles += addresses.len();
    }

    fn enter(&mut self, _: &Node) {
        unreachable!("no values are reported");
    }

    fn exit(&mut self) {
        self.depth = self.depth.checked_sub(1).expect("each exit ends a block");
    }

    fn borrowed(&mut self, _: &Allocation, counted: bool) {
        assert!(counted);
        self.shared.handles += 1;
        self.depth += 1;
    }

    fn flat(&mut self, _: &FlatRun) {
        unreachable!("no values are reported");
    }

    fn allocation(&mut self, _: &Allocation) {
        unreachable!("no blocks with one owner are reported");
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.shared.add(event);
        if event.counted {
            self.depth += usize::from(event.handle == Handle::Strong);
        }
    }

    fn opaque(&mut self, _: Reason) {
        self.size.opaque_part_count += 1;
    }

    fn lower_bound(&mut self, _: Reason, missing_size: Option<usize>) {
        self.size.lower_bound_count += 1;
        let missing = self.size.missing_size.zip(missing_size);
        self.size.missing_size = missing.map(|(sum, missing)| sum.saturating_add(missing));
    }
}

/// Asserts that the walk reports every live block of the new value once, with its size, and no other block.
/// The heap size must equal the bytes and blocks that a drop frees. The observed walk must agree, and
/// measuring must not change the heap.
///
/// One-time allocations, such as a thread-local buffer, must happen before.
#[track_caller]
pub(crate) fn assert_exact<T: DeepSize>(build: impl FnOnce() -> T) {
    assert_exact_and(true, build);
}

/// Like `assert_exact`. The proof of each block is optional, because it takes as long as the other checks
/// together.
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
    let blocks = Sum::of(&value).exact_blocks();

    let measured = (live_bytes(), live_blocks());
    drop(value);
    let freed = (measured.0 - live_bytes(), measured.1 - live_blocks());
    assert_equal((signed(heap), signed(blocks)), built, freed);
}

// Not generic, so that it is compiled once.
#[track_caller]
fn assert_equal(claimed: (isize, isize), built: (isize, isize), freed: (isize, isize)) {
    assert_eq!(claimed, built, "(bytes, blocks) measured, and allocated by `build`");
    assert_eq!(claimed, freed, "(bytes, blocks) measured, and freed by the drop");
}

/// Asserts that the reported blocks are live and distinct, and that missing blocks can only be in opaque
/// parts. Ends the region, because recording takes time.
#[track_caller]
fn assert_proven<T: DeepSize>(region: AuditRegion, value: &T) {
    assert_is_proven(region.audit(value));
}

#[track_caller]
fn assert_is_proven(audit: Audit) {
    assert!(audit.is_proven(), "set DEEP_SIZE_TRACES=1 to see their call sites\n{audit}");
}

/// Asserts that the walk counts no byte that is not on the heap. Returns the value, its heap size, and the bytes that
/// `build` allocated.
#[track_caller]
fn measured_in_part<T: DeepSize>(build: impl FnOnce() -> T) -> (T, usize, isize) {
    let region = audit_region();
    let before = live_bytes();
    let value = build();
    let built = live_bytes() - before;

    assert_resolved(&value, built);
    assert_proven(region, &value);
    let heap = measure(&value);
    assert!(signed(heap) <= built, "{heap} bytes measured, but only {built} allocated");
    (value, heap, built)
}

/// Asserts that the size by the allocator's records counts all of the `built` bytes, or reports that it does not. All blocks
/// must be recorded. Returns the size.
#[track_caller]
pub(crate) fn assert_resolved<T: DeepSize>(value: &T, built: isize) -> ExactSize {
    let size = exact(value);
    let heap = signed(size.deep_size() - size_of::<T>());
    assert!(size.counted_size() <= size.deep_size() && heap <= built, "{built} allocated\n{size}");
    assert!(!size.is_exact() || heap == built, "{built} allocated\n{size}");
    size
}

/// Asserts that the value is exact by the allocator's records.
#[track_caller]
pub(crate) fn assert_resolves<T: DeepSize>(build: impl FnOnce() -> T) {
    let size = resolved(build);
    assert!(size.is_exact(), "{size}");
}

/// Asserts that the value is not exact by the allocator's records either.
#[track_caller]
pub(crate) fn assert_unresolved<T: DeepSize>(build: impl FnOnce() -> T) {
    let size = resolved(build);
    assert!(!size.is_exact(), "{size}");
}

#[track_caller]
fn resolved<T: DeepSize>(build: impl FnOnce() -> T) -> ExactSize {
    let recording = Recorder::all().max_depth(0).start();
    let before = live_bytes();
    let value = build();
    let size = assert_resolved(&value, live_bytes() - before);
    drop((value, recording));
    size
}

/// Asserts that the value is opaque for this reason only, and that the walk counts no byte that is not on the
/// heap. Returns the heap size.
#[track_caller]
pub(crate) fn assert_opaque<T: DeepSize>(reason: Reason, build: impl FnOnce() -> T) -> usize {
    let (value, heap, _) = measured_in_part(build);
    let sum = Sum::of(&value);
    assert!(!sum.opaque.is_empty(), "a part is opaque");
    assert!(sum.opaque.iter().all(|&one| one == reason), "every part is opaque for this reason: {sum:?}");
    assert!(!Size::of(&value).is_exact());
    heap
}

/// Asserts that the value has lower bounds, all for this reason, and no opaque part. At least the counted bytes must be
/// allocated, and at most the missing bytes more. Returns the heap size.
#[track_caller]
pub(crate) fn assert_lower_bound<T: DeepSize>(reason: Reason, build: impl FnOnce() -> T) -> usize {
    let (value, heap, built) = measured_in_part(build);
    let (sum, size) = (Sum::of(&value), Size::of(&value));
    assert!(!sum.lower_bounds.is_empty() && sum.opaque.is_empty(), "only a lower bound: {sum:?}");
    assert!(sum.lower_bounds.iter().all(|&(one, _)| one == reason), "all for this reason: {sum:?}");
    if let Some(most) = size.upper_bound() {
        assert!(built <= signed(most - size_of::<T>()), "{built} allocated, at most {most} measured");
    }
    heap
}

/// Asserts that `is_flat` returns `true` for the type, and that the value owns no memory.
#[track_caller]
pub(crate) fn assert_flat<T: DeepSize>(value: T) {
    assert!(T::is_flat(), "{} is flat", std::any::type_name::<T>());
    assert_exact(|| value);
}

/// The heap size. Checks that measuring leaves the heap unchanged and that all walks agree.
#[track_caller]
fn measure<T: DeepSize>(value: &T) -> usize {
    let before = (live_bytes(), live_blocks(), requests());
    let heap = value.heap_size();
    let after = (live_bytes(), live_blocks(), requests());

    assert!(!T::is_flat() || heap == 0, "a flat type owns nothing");
    assert_eq!(value.deep_size(), size_of::<T>() + heap);
    let mut tally = Tally::new();
    assert_eq!(tally.add(value), size_of::<T>() + heap, "the plain walk in a tally agrees");
    let walks = Walks {
        deep_size: size_of::<T>() + heap,
        observed: Sum::of(value),
        in_a_tally: Sum::in_a_tally(value),
        without_values: SharedSum::of(value),
        plain: [tally.size(), Size::of(value)],
    };
    walks.assert_equal(before, after);
    report::checked_report(value);
    heap
}

/// The results of all walks over a value.
struct Walks {
    deep_size: usize,
    observed: Sum,
    in_a_tally: Sum,
    without_values: SharedSum,
    /// In a tally and alone.
    plain: [Size; 2],
}

impl Walks {
    // Not generic, so that it is compiled once. `before` and `after` are the bytes, blocks and requests around a plain walk.
    #[track_caller]
    fn assert_equal(&self, before: (isize, isize, u64), after: (isize, isize, u64)) {
        assert_eq!((before.0, before.1), (after.0, after.1), "measuring leaves the heap unchanged");
        let (sum, in_a_tally) = (&self.observed, &self.in_a_tally);
        assert_eq!(sum.bytes, self.deep_size, "both walks agree, including the root");
        assert_eq!(
            (in_a_tally.bytes, in_a_tally.blocks),
            (sum.bytes, sum.blocks),
            "the walk in a tally agrees"
        );
        assert_eq!(self.without_values.size, in_a_tally.size(), "the walk without values agrees");
        let shared = [&self.without_values.shared, &in_a_tally.shared];
        assert_eq!(shared[0], shared[1], "the walk without values reports the same handles");
        assert_eq!(self.plain, [sum.size(); 2], "the plain walks have the same certainty");
        if !sum.records {
            assert_eq!(before.2, after.2, "measuring allocates nothing");
        }
    }
}
