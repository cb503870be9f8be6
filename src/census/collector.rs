use core::ops::ControlFlow;
use std::time::Instant;
use std::vec::Vec;

use deep_size_core::Tally;
use deep_size_core::observer::{Allocation, Node, Observer, Reason, SharedEvent};

use super::model::{Group, Uncertainty};
use super::reach::reaching_sets;
use crate::ownership::collector::{HandleCollector, HandleLocation};
use crate::ownership::csr::NONE;
use crate::ownership::hash::NumberMap;
use crate::registry::{NESTED, PANICKED, Root};

/// The number of calls of `progress` for each reading of the clock. So about 16,000 values come between two readings.
const CALLS_PER_LOOK: u32 = 16;

/// Walks over roots, and records which blocks hold which.
pub(super) struct Collector {
    tally: Tally,
    events: Events,
    /// The block that represents each root.
    roots: Vec<u32>,
}

struct Events {
    ownership: HandleCollector,
    /// The heap bytes that the current walk has counted so far.
    bytes: usize,
    depth: usize,
    /// The uncertain parts of blocks. Most blocks have none.
    uncertain: NumberMap<u32, Uncertainty>,
    deadline: Option<Instant>,
    calls: u32,
    is_stopped: bool,
    has_entered: bool,
    /// Whether the thread was already panicking before the walk.
    was_panicking: bool,
}

impl Collector {
    pub(super) fn new() -> Self {
        let events = Events {
            ownership: HandleCollector::new(),
            bytes: 0,
            depth: 0,
            uncertain: NumberMap::default(),
            deadline: None,
            calls: 0,
            is_stopped: false,
            has_entered: false,
            was_panicking: false,
        };
        Self { tally: Tally::new(), events, roots: Vec::new() }
    }

    /// Walks over a root, but not beyond the deadline. Returns whether the walk began.
    pub(super) fn add(&mut self, root: &Root, deadline: Option<Instant>) -> bool {
        self.roots.push(self.events.ownership.begin_root());
        let events = &mut self.events;
        (events.bytes, events.depth, events.deadline) = (0, 0, deadline);
        (events.calls, events.is_stopped, events.has_entered) = (0, false, false);
        events.was_panicking = std::thread::panicking();
        self.tally.add_observed(root, events);
        self.events.has_entered
    }

    /// The groups of blocks that the same roots reach. `number` is the number of each root in the order of the walk.
    ///
    /// Takes time linear in the blocks and the pairs of holder and held block. In addition, the sets of a block's holders are merged, which
    /// takes O(n log n) for n members.
    pub(super) fn groups(self, numbers: &[u32]) -> Vec<Group> {
        let (bytes, links) = self.events.ownership.into_bytes_and_links();
        let roots: Vec<(u32, u32)> = self.roots.into_iter().zip(numbers.iter().copied()).collect();
        let (set_of, sets) = reaching_sets(bytes.len(), &links, &roots);
        let mut groups: Vec<Group> = sets.into_iter().map(|set| Group::new(set.to_vec())).collect();
        for (set, bytes) in set_of.iter().zip(bytes) {
            let group = &mut groups[*set as usize];
            group.deep_size = group.deep_size.saturating_add(bytes);
        }
        for (block, uncertainty) in self.events.uncertain {
            groups[set_of[block as usize] as usize].uncertainty.add(&uncertainty);
        }
        groups.retain(|group| group.deep_size > 0 || group.uncertainty != Uncertainty::default());
        groups.sort_by(|one, other| one.roots.cmp(&other.roots));
        groups
    }
}

impl Events {
    fn location(&self) -> HandleLocation {
        HandleLocation { place: NONE, type_name: "", depth: self.depth, bytes: self.bytes }
    }

    fn uncertainty(&mut self) -> &mut Uncertainty {
        self.uncertain.entry(self.ownership.owner()).or_default()
    }
}

impl Observer for Events {
    fn wants_values(&self) -> bool {
        false
    }

    fn progress(&mut self, heap_size: usize) -> ControlFlow<()> {
        self.bytes = heap_size;
        if let Some(deadline) = self.deadline.filter(|_| self.calls % CALLS_PER_LOOK == 0) {
            self.is_stopped |= Instant::now() >= deadline;
        }
        self.calls = self.calls.wrapping_add(1);
        if self.is_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn enter(&mut self, _: &Node) {
        self.has_entered = true;
        self.depth += 1;
    }

    fn exit(&mut self) {
        if std::thread::panicking() && !self.was_panicking {
            // Another root that reaches this block does not see the panic.
            self.uncertainty().miss(PANICKED);
        }
        self.depth = self.depth.saturating_sub(1);
        self.ownership.leave(self.depth, self.bytes, "");
    }

    fn shared(&mut self, event: &SharedEvent) {
        let here = self.location();
        self.ownership.shared(event, here);
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        let here = self.location();
        self.ownership.borrowed(memory, counted, here);
    }

    fn opaque(&mut self, reason: Reason) {
        let uncertainty = self.uncertainty();
        uncertainty.opaque_part_count += 1;
        let is_temporary = matches!(reason, Reason::Locked | Reason::Borrowed | Reason::Stopped);
        if is_temporary || [PANICKED, NESTED].contains(&reason) {
            uncertainty.miss(reason);
        }
    }

    fn lower_bound(&mut self, _: Reason, missing_size: Option<usize>) {
        self.uncertainty().add(&Uncertainty { lower_bound_count: 1, missing_size, ..Uncertainty::default() });
    }
}

impl Uncertainty {
    /// Records that a part cannot be measured at present.
    fn miss(&mut self, reason: Reason) {
        if self.missed.is_none() {
            self.missed = Some(std::string::ToString::to_string(&reason).into());
        }
    }
}
