use core::fmt;
use std::vec::Vec;

use deep_size_core::{Allocation, Handle, Meeting};

use super::graph::{Block, Graph, Handles, ROOT};
use super::hash::NumberMap;
use super::lists::NONE;

/// Gathers, during one observed walk, which parts of a value hold which shared blocks.
///
/// Memory grows with shared blocks, and at most linearly with the pairs of them of which one holds the other; how many values
/// and handles there are does not matter. What a block's contents own is not added up block by block: the watcher tells
/// how much was counted in all, whenever the walk goes into a shared block or leaves it.
pub(crate) struct Collector {
    graph: Graph,
    ids: NumberMap<usize, u32>,
    /// The block in whose contents the walk is.
    owner: u32,
    /// How many bytes were counted when it last went there, and those of shared blocks since then.
    mark: usize,
    /// How deep the value lies with which the walk will leave that block; `usize::MAX` if it is in none.
    pub(crate) depth: usize,
    /// Owners and depths of the blocks around.
    around: Vec<(u32, usize)>,
    /// The block whose contents are entered next, if any are.
    pending: u32,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self {
            graph: Graph::new(),
            ids: NumberMap::default(),
            owner: ROOT,
            mark: 0,
            depth: usize::MAX,
            around: Vec::new(),
            pending: NONE,
        }
    }

    /// A handle was met at this place, by a value of this type. If the block was counted before, returns where.
    pub(crate) fn shared(&mut self, meeting: &Meeting, place: u32, type_name: &'static str) -> Option<u32> {
        let block = &meeting.block;
        self.pending = NONE;
        // Nothing but this handle leads to the block: it belongs to whoever holds the handle, like that of a `Box`.
        if meeting.counted && block.strong == Some(1) && block.weak == Some(0) {
            return None;
        }
        let id = self.id(block.address, type_name);
        let known = &mut self.graph.blocks[id as usize];
        known.counts.strong = known.counts.strong.max(block.strong);
        known.counts.weak = known.counts.weak.max(block.weak);
        let counted_at = known.counted_at;
        if meeting.counted {
            self.pending = id;
            self.count(id, place, block.layout.size());
        }
        let handles = match meeting.handle {
            Handle::Strong => Handles { strong: 1, weak: 0 },
            Handle::Weak => Handles { strong: 0, weak: 1 },
        };
        self.graph.meet(self.owner, id, handles, place);
        (!meeting.counted && counted_at != NONE).then_some(counted_at)
    }

    /// A reference was met at this place. What it leads to belongs to somebody else, and so do the handles in there.
    pub(crate) fn borrowed(&mut self, memory: &Allocation, counted: bool, place: u32) {
        let id = self.id(memory.address.unwrap_or_default(), "");
        self.graph.blocks[id as usize].is_borrowed = true;
        self.pending = NONE;
        if counted {
            self.pending = id;
            self.count(id, place, memory.layout.size());
        }
        self.graph.meet(self.owner, id, Handles::default(), place);
    }

    /// The walk goes into a shared block or borrowed memory, with a value that lies so deep; so many bytes are counted.
    pub(crate) fn enter(&mut self, depth: usize, bytes: usize, type_name: &'static str) {
        if self.pending != NONE {
            self.settle(bytes);
            self.around.push((self.owner, self.depth));
            (self.owner, self.depth) = (self.pending, depth);
            self.graph.blocks[self.owner as usize].type_name = type_name;
            self.pending = NONE;
        }
    }

    /// The walk leaves it, when so many bytes are counted.
    pub(crate) fn exit(&mut self, bytes: usize) {
        self.settle(bytes);
        (self.owner, self.depth) = self.around.pop().unwrap_or((ROOT, usize::MAX));
    }

    /// The graph, once all blocks are counted; `shallow` is the size of the value.
    pub(crate) fn finish(mut self, shallow: usize, bytes: usize) -> Graph {
        self.settle(bytes);
        self.graph.blocks[ROOT as usize].size = shallow;
        self.graph
    }

    /// What was counted since the last time belongs to the present owner.
    fn settle(&mut self, bytes: usize) {
        self.graph.blocks[self.owner as usize].owned += bytes - self.mark;
        self.mark = bytes;
    }

    fn count(&mut self, id: u32, place: u32, size: usize) {
        let block = &mut self.graph.blocks[id as usize];
        (block.counted_at, block.size) = (place, size);
        // The owner of the handle does not own the block.
        self.mark += size;
    }

    fn id(&mut self, address: usize, type_name: &'static str) -> u32 {
        let blocks = &mut self.graph.blocks;
        *self.ids.entry(address).or_insert_with(|| {
            blocks.push(Block::new(contents_of(type_name)));
            (blocks.len() - 1) as u32
        })
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Collector").field("blocks", &self.graph.blocks.len()).finish_non_exhaustive()
    }
}

/// The type behind a weak handle of the standard library, or else the type of the handle.
fn contents_of(handle: &'static str) -> &'static str {
    let weak = ["alloc::rc::Weak<", "alloc::sync::Weak<"].iter().find_map(|head| handle.strip_prefix(head));
    weak.and_then(|inner| inner.strip_suffix('>')).unwrap_or(handle)
}
