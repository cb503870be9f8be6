use core::fmt;
use std::vec::Vec;

use deep_size_core::SharedBlock;
use deep_size_core::observer::{Allocation, Handle, SharedEvent};

use super::csr::NONE;
use super::graph::{Block, HandleGraph, Handles, ROOT};
use super::hash::NumberMap;

/// Gathers, during one observed walk, which parts of a value hold which shared blocks.
///
/// Memory grows with shared blocks, and at most linearly with the pairs of blocks where one holds the other. It does not depend
/// on the number of values and handles. The bytes that a block's contents own are the difference of two totals: one where the
/// walk enters the block, one where it leaves.
pub(crate) struct HandleCollector {
    graph: HandleGraph,
    ids: NumberMap<usize, u32>,
    /// The block in whose contents the walk is.
    owner: u32,
    /// How many bytes were counted when that was last looked at.
    mark: usize,
    /// The walk is in those contents as long as it is at least as deep as this; 0 if it is in none but the value's. That is one
    /// deeper than the handle.
    pub(crate) inside: usize,
    /// The same for the blocks around.
    around: Vec<(u32, usize)>,
}

/// The location of a handle in the walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandleLocation {
    /// The place of the handle, and the type there.
    pub(crate) place: u32,
    pub(crate) type_name: &'static str,
    /// How many values are around it, and itself.
    pub(crate) depth: usize,
    /// The bytes of all blocks counted, this one among them.
    pub(crate) bytes: usize,
}

impl HandleCollector {
    pub(crate) fn new() -> Self {
        let (graph, ids) = (HandleGraph::new(), NumberMap::default());
        Self { graph, ids, owner: ROOT, mark: 0, inside: 0, around: Vec::new() }
    }

    /// A handle was met. If its block was counted before, returns at which place.
    pub(crate) fn shared(&mut self, event: &SharedEvent, here: HandleLocation) -> Option<u32> {
        let block = &event.block;
        // Nothing but this handle leads to the block: it belongs to the owner of the handle, like that of a `Box`.
        if event.counted && block.strong_count == Some(1) && block.weak_count == Some(0) {
            return None;
        }
        let id = self.id(block.address, || contents_of(here.type_name, block));
        let known = &mut self.graph.blocks[id as usize];
        known.counts.strong = known.counts.strong.max(block.strong_count);
        known.counts.weak = known.counts.weak.max(block.weak_count);
        let counted_at = known.counted_at;
        let handles = match event.handle {
            Handle::Strong => Handles { strong: 1, weak: 0 },
            Handle::Weak => Handles { strong: 0, weak: 1 },
        };
        self.graph.meet(self.owner, id, handles, here.place);
        if event.counted {
            self.count(id, block.layout.size(), here);
            if event.handle == Handle::Strong {
                self.go_into(id, here.depth);
            }
            return None;
        }
        (counted_at != NONE).then_some(counted_at)
    }

    /// A reference was met. The memory behind it belongs to another owner, and so do the handles in there.
    pub(crate) fn borrowed(&mut self, memory: &Allocation, counted: bool, here: HandleLocation) {
        let id = self.id(memory.address.unwrap_or_default(), || "");
        self.graph.blocks[id as usize].is_borrowed = true;
        self.graph.meet(self.owner, id, Handles::default(), here.place);
        if counted {
            self.count(id, memory.layout.size(), here);
            self.go_into(id, here.depth);
        }
    }

    /// The walk has left a value of this type for the one around it, at this depth, which is not inside the block any more.
    pub(crate) fn leave(&mut self, depth: usize, bytes: usize, type_name: &'static str) {
        self.attribute_new_bytes(bytes);
        // More than one, if the walk could not go as deep as the last block.
        while depth < self.inside {
            self.graph.blocks[self.owner as usize].type_name = type_name;
            (self.owner, self.inside) = self.around.pop().unwrap_or((ROOT, 0));
        }
    }

    /// The graph, once all blocks are counted; `shallow` is the size of the value.
    pub(crate) fn finish(mut self, shallow: usize, bytes: usize) -> HandleGraph {
        self.attribute_new_bytes(bytes);
        self.graph.blocks[ROOT as usize].size = shallow;
        self.graph
    }

    /// Adds the bytes counted since the last call to the present owner.
    fn attribute_new_bytes(&mut self, bytes: usize) {
        self.graph.blocks[self.owner as usize].owned += bytes - self.mark;
        self.mark = bytes;
    }

    /// The block is part of the value. Its bytes do not belong to the block that holds the handle.
    fn count(&mut self, id: u32, size: usize, here: HandleLocation) {
        self.attribute_new_bytes(here.bytes - size);
        self.mark = here.bytes;
        let block = &mut self.graph.blocks[id as usize];
        (block.counted_at, block.size) = (here.place, size);
    }

    /// What the walk meets next belongs to this block.
    fn go_into(&mut self, id: u32, depth: usize) {
        self.around.push((self.owner, self.inside));
        (self.owner, self.inside) = (id, depth + 1);
    }

    fn id(&mut self, address: usize, type_name: impl FnOnce() -> &'static str) -> u32 {
        let blocks = &mut self.graph.blocks;
        *self.ids.entry(address).or_insert_with(|| {
            blocks.push(Block::new(type_name()));
            (blocks.len() - 1) as u32
        })
    }
}

impl fmt::Debug for HandleCollector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HandleCollector")
            .field("blocks", &self.graph.blocks.len())
            .finish_non_exhaustive()
    }
}

/// The type behind a weak handle of the standard library, or else the type of the handle.
///
/// Such a handle reports both counts, or of a dead value the strong one alone, and a block with room for both. Another type of
/// the same name rarely does.
fn contents_of(handle: &'static str, block: &SharedBlock) -> &'static str {
    let has_counts =
        block.strong_count.is_some() && block.weak_count.is_none() == (block.strong_count == Some(0));
    let has_room =
        block.layout.size() >= 2 * size_of::<usize>() && block.layout.align() >= align_of::<usize>();
    if !(has_counts && has_room) {
        return handle;
    }
    let weak = ["alloc::rc::Weak<", "alloc::sync::Weak<"].iter().find_map(|head| handle.strip_prefix(head));
    weak.and_then(|inner| inner.strip_suffix('>')).unwrap_or(handle)
}
