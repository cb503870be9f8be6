use core::ops::ControlFlow;
use std::time::Instant;
use std::vec::Vec;

use deep_size_core::Tally;
use deep_size_core::observer::{Allocation, Handle, Node, Observer, Reason, SharedEvent};

use super::blocks::Blocks;
use super::model::{Group, Uncertainty};
use crate::ownership::hash::NumberMap;
use crate::registry::{NESTED, PANICKED, Root};

/// The number of calls of `progress` for each reading of the clock. So about 16,000 values come between two readings.
const CALLS_PER_LOOK: u32 = 16;

/// Walks over roots, and records which blocks hold which.
pub(super) struct Collector {
    tally: Tally,
    events: Events,
}

/// The observer of the walks. A walk that reports no values is faster, but cannot be stopped.
struct Events {
    wants_values: bool,
    blocks: Blocks,
    /// The innermost block around the walk.
    owner: u32,
    /// The depth of the contents of `owner`, if values are reported.
    inside: usize,
    /// `owner` and `inside` of the outer blocks.
    around: Vec<(u32, usize)>,
    depth: usize,
    /// The number of bytes that are already attributed to owners.
    mark: usize,
    /// The uncertain parts of blocks. Most blocks have none.
    uncertain: NumberMap<u32, Uncertainty>,
    deadline: Option<Instant>,
    calls: u32,
    /// Whether a block was reached again that was not reported, because it had a single handle.
    is_ambiguous: bool,
    is_stopped: bool,
    has_entered: bool,
    /// Whether the thread was already panicking before the walk.
    was_panicking: bool,
}

impl Collector {
    /// A collector for this many roots.
    pub(super) fn new(wants_values: bool, roots: usize) -> Self {
        let events = Events {
            wants_values,
            blocks: Blocks::new(roots),
            owner: 0,
            inside: 0,
            around: Vec::new(),
            depth: 0,
            mark: 0,
            uncertain: NumberMap::default(),
            deadline: None,
            calls: 0,
            is_ambiguous: false,
            is_stopped: false,
            has_entered: false,
            was_panicking: false,
        };
        Self { tally: Tally::new(), events }
    }

    /// Walks over a root, but not beyond the deadline. Returns whether the walk began.
    pub(super) fn add(&mut self, root: &Root, deadline: Option<Instant>) -> bool {
        let events = &mut self.events;
        (events.owner, events.inside, events.depth, events.mark) = (events.blocks.add_root(), 0, 0, 0);
        events.around.clear();
        (events.deadline, events.calls, events.is_stopped) = (deadline, 0, false);
        events.has_entered = !events.wants_values;
        events.was_panicking = std::thread::panicking();
        self.tally.add_observed(root, events);
        self.events.has_entered
    }

    /// Whether the holders of a block are unknown. A walk that reports values finds them.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.events.is_ambiguous
    }

    /// The groups of blocks that the same roots reach. `number` is the number of each root in the order of the walk.
    ///
    /// Takes time linear in the blocks and the pairs of holder and held block. In addition, the sets of a block's holders are merged, which
    /// takes O(n log n) for n members.
    pub(super) fn groups(self, numbers: &[u32]) -> Vec<Group> {
        let Events { blocks, uncertain, .. } = self.events;
        let (set_of, sets) = blocks.reaching_sets(numbers);
        let mut groups: Vec<Group> = sets.into_iter().map(|set| Group::new(set.to_vec())).collect();
        for (holders, bytes) in blocks.holders_and_bytes() {
            let group = &mut groups[set_of[holders as usize] as usize];
            group.deep_size = group.deep_size.saturating_add(bytes);
        }
        for (block, uncertainty) in uncertain {
            groups[set_of[blocks.holders_of(block) as usize] as usize].uncertainty.add(&uncertainty);
        }
        groups.retain(|group| group.deep_size > 0 || group.uncertainty != Uncertainty::default());
        groups.sort_by(|one, other| one.roots.cmp(&other.roots));
        groups
    }
}

impl Events {
    fn uncertainty(&mut self) -> &mut Uncertainty {
        self.uncertain.entry(self.owner).or_default()
    }

    /// The block at this address, after the owner was added to its holders. `None` if there is no memory for it.
    #[inline]
    fn held(&mut self, address: usize) -> Option<u32> {
        let block = self.blocks.at(address)?;
        self.blocks.hold(block, self.owner);
        Some(block)
    }

    /// Counts new memory.
    fn count(&mut self, block: u32, size: usize) {
        self.blocks.add_bytes(block, size);
        self.mark = self.mark.saturating_add(size);
    }

    /// Leaves out new memory that cannot be recorded. Its contents, if any, belong to the owner.
    fn leave_out(&mut self, size: usize, has_contents: bool) {
        self.opaque(Reason::Unrecorded);
        self.mark = self.mark.saturating_add(size);
        if has_contents {
            self.go_into(self.owner);
        }
    }

    /// Enters the contents of a block.
    fn go_into(&mut self, block: u32) {
        self.around.push((self.owner, self.inside));
        (self.owner, self.inside) = (block, self.depth + 1);
    }
}

impl Observer for Events {
    fn wants_values(&self) -> bool {
        self.wants_values
    }

    fn known_handles(&mut self, addresses: &[usize]) {
        self.is_ambiguous |= !self.blocks.hold_all(addresses, self.owner);
    }

    fn progress(&mut self, heap_size: usize) -> ControlFlow<()> {
        if !self.wants_values {
            self.blocks.add_bytes(self.owner, heap_size.saturating_sub(self.mark));
            self.mark = heap_size;
        }
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
        // Several blocks end here if the walk could not enter the last one.
        while !self.wants_values || self.depth < self.inside {
            let Some(outer) = self.around.pop() else { break };
            (self.owner, self.inside) = outer;
            if !self.wants_values {
                break;
            }
        }
    }

    fn allocation(&mut self, memory: &Allocation) {
        self.blocks.add_bytes(self.owner, memory.layout.size());
    }

    fn shared(&mut self, event: &SharedEvent) {
        let block = &event.block;
        if event.handle == Handle::Weak && block.strong_count != Some(0) {
            return;
        }
        let known_as = event.extends.unwrap_or(block.address);
        let size = block.layout.size();
        let has_contents = event.counted && event.handle == Handle::Strong;
        let Some(id) = self.held(known_as) else {
            if event.counted {
                self.leave_out(size, has_contents);
            }
            return;
        };
        // If the part is before the known ones, they now begin at its address.
        let begin = Some(block.address).filter(|begin| event.counted && *begin < known_as);
        let begin = begin.and_then(|begin| self.blocks.at(begin));
        let joined = event.joins.and_then(|start| self.blocks.get(start));
        begin.into_iter().chain(joined).for_each(|other| self.blocks.join(id, other));
        if event.counted {
            self.count(id, size);
        }
        if has_contents {
            self.go_into(id);
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        match self.held(memory.address.unwrap_or_default()) {
            Some(block) if counted => {
                self.count(block, memory.layout.size());
                self.go_into(block);
            }
            None if counted => self.leave_out(memory.layout.size(), true),
            _ => {}
        }
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
