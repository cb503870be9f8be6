//! Watches the one walk from which a report is made.
//!
//! This runs for every value there is, so the common case is kept short: the next part of a value is the one that followed
//! the part before it last time, and nothing is looked up, allocated or hashed.

use core::fmt;
use std::vec::Vec;

use deep_size_core::{Allocation, FlatRun, Meeting, Node, Observer, Reason, Role};

use super::largest::Largest;
use super::opaque::OpaqueParts;
use super::paths::{Link, Paths, ROOT, Slot, Step};
use super::progress::{Pacer, VALUES_PER_LOOK};
use super::shared::SharedBlocks;
use crate::ownership;

/// A value that was entered and not yet left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The place on the way to it.
    pub(crate) step: u32,
    /// The place where it and what it owns are counted.
    place: u32,
    /// Where in the value the walk is.
    link: Link,
    /// Its position in the collection around it, if that is below 2^32 − 1.
    pub(crate) index: u32,
    /// The bytes of the blocks it owns itself.
    blocks: usize,
}

impl Frame {
    /// Around the root.
    const OUTSIDE: Self = Self { step: ROOT, place: ROOT, link: Link::START, index: 0, blocks: 0 };
}

/// Sums up what the walk meets, place by place.
pub(crate) struct Collector<'p> {
    pub(crate) paths: Paths,
    pub(crate) largest: Largest,
    pub(crate) opaque: OpaqueParts,
    pub(crate) shared: SharedBlocks,
    pub(crate) ownership: ownership::Collector,
    top: Frame,
    frames: Vec<Frame>,
    /// The bytes of all blocks counted so far.
    blocks: usize,
    root: usize,
    pacer: Option<Pacer<'p>>,
    looks: usize,
    values_to_look: u32,
}

impl<'p> Collector<'p> {
    pub(crate) fn new(most_places: usize, most_largest: usize, pacer: Option<Pacer<'p>>) -> Self {
        Self {
            paths: Paths::new(most_places),
            largest: Largest::new(most_largest),
            opaque: OpaqueParts::default(),
            shared: SharedBlocks::default(),
            ownership: ownership::Collector::new(),
            top: Frame::OUTSIDE,
            frames: Vec::new(),
            blocks: 0,
            root: 0,
            pacer,
            looks: 0,
            values_to_look: VALUES_PER_LOOK,
        }
    }

    #[inline(always)]
    fn slot(&mut self, place: u32) -> &mut Slot {
        &mut self.paths.slots[place as usize]
    }

    /// Counts a block of the value entered last.
    #[inline(always)]
    fn block(&mut self, bytes: usize, spare: usize) {
        self.top.blocks += bytes;
        self.blocks += bytes;
        let slot = self.slot(self.top.place);
        slot.blocks += bytes;
        slot.allocations += 1;
        slot.spare += spare;
    }

    #[cold]
    #[inline(never)]
    fn look(&mut self) {
        self.looks += 1;
        self.values_to_look = VALUES_PER_LOOK;
        if let Some(pacer) = &mut self.pacer {
            pacer.look(self.looks * VALUES_PER_LOOK as usize, self.root + self.blocks);
        }
    }

    /// Enters a value that was not expected.
    #[cold]
    #[inline(never)]
    fn find(&mut self, role: Role, type_name: &'static str) -> u32 {
        self.paths.find(self.top.place, self.top.link, Step::of(role), type_name)
    }

    /// Whether values at this place are only counted, since they lie in others that have no place.
    fn is_rest(&self, place: u32) -> bool {
        place == self.top.place && self.paths.slots[place as usize].step == Step::Rest
    }
}

impl Observer for Collector<'_> {
    fn enter(&mut self, node: &Node) {
        let mut shallow = node.shallow;
        let step = match self.paths.expected(self.top.link, &node.role, node.type_name) {
            Some(step) => step,
            None => {
                let step = self.find(node.role, node.type_name);
                if self.is_rest(step) {
                    shallow = 0;
                }
                if node.role == Role::Root {
                    self.root = shallow;
                }
                step
            }
        };
        let slot = self.slot(step);
        slot.count += 1;
        slot.shallow += shallow;
        let place = slot.target;
        if let Role::Shared | Role::Borrowed = node.role {
            self.ownership.enter(self.frames.len(), self.blocks, node.type_name);
            if node.role == Role::Shared {
                self.shared.enter(self.frames.len(), self.blocks);
            }
        }
        let index = match node.role {
            Role::Element(index) | Role::Key(index) | Role::Value(index) => {
                u32::try_from(index).unwrap_or(u32::MAX)
            }
            _ => 0,
        };
        self.top.link = Link::after(step);
        self.frames.push(self.top);
        self.top = Frame { step, place, link: Link::into(place), index, blocks: 0 };
        self.values_to_look -= 1;
        if self.values_to_look == 0 {
            self.look();
        }
    }

    fn exit(&mut self) {
        if self.top.blocks > self.largest.threshold {
            self.largest.keep(self.top.blocks, &self.frames, &self.top);
        }
        self.top = self.frames.pop().unwrap_or(Frame::OUTSIDE);
        if self.frames.len() == self.shared.outermost {
            self.shared.exit(self.blocks);
        }
        if self.frames.len() == self.ownership.depth {
            self.ownership.exit(self.blocks);
        }
    }

    fn flat(&mut self, run: &FlatRun) {
        let mut bytes = run.bytes;
        let step = match self.paths.expected(self.top.link, &run.role, run.type_name) {
            Some(step) => step,
            None => {
                let step = self.find(run.role, run.type_name);
                if self.is_rest(step) {
                    bytes = 0;
                }
                step
            }
        };
        self.top.link = Link::after(step);
        let slot = self.slot(step);
        slot.count += run.count;
        slot.shallow += bytes;
    }

    fn variant(&mut self, name: &'static str) {
        let place = match self.paths.expected_variant(self.top.link, name) {
            Some(place) => place,
            None => {
                let type_name = self.slot(self.top.place).type_name;
                let place = self.paths.find(self.top.place, self.top.link, Step::Variant(name), type_name);
                if self.paths.slots[place as usize].step == Step::Rest {
                    return;
                }
                place
            }
        };
        self.slot(place).count += 1;
        self.top.place = place;
        self.top.link = Link::into(place);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.block(allocation.layout.size(), allocation.spare());
    }

    fn shared(&mut self, meeting: &Meeting) {
        let place = self.top.place;
        if meeting.counted {
            self.block(meeting.block.layout.size(), 0);
            self.shared.counted(meeting);
        }
        let type_name = self.slot(place).type_name;
        let first = self.ownership.shared(meeting, place, type_name);
        if let Some(first) = first.filter(|_| SharedBlocks::keeps_block(meeting)) {
            if let Some(place) = self.paths.reference(place, first) {
                self.slot(place).count += 1;
            }
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        if counted {
            self.block(memory.layout.size(), 0);
        }
        self.ownership.borrowed(memory, counted, self.top.place);
    }

    fn opaque(&mut self, reason: Reason) {
        self.opaque.add(self.top.place, reason);
    }
}

impl fmt::Debug for Collector<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Collector").field("places", &self.paths.slots.len()).finish_non_exhaustive()
    }
}
