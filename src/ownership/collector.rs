use core::fmt;
use std::vec::Vec;

use deep_size_core::SharedBlock;
use deep_size_core::observer::{Allocation, Handle, SharedEvent};

use super::csr::NONE;
use super::graph::{Block, HandleGraph, Handles, ROOT};
use super::hash::NumberMap;

/// Records which parts of a value hold which shared blocks, during one observed walk.
///
/// Memory is linear in the number of shared blocks and in the pairs of blocks where one holds the other. It does not depend on the
/// number of values or handles. The bytes that a block's contents own are the difference of the totals before and after the walk
/// through the block.
pub(crate) struct HandleCollector {
    graph: HandleGraph,
    ids: NumberMap<usize, u32>,
    /// The innermost block around the walk.
    owner: u32,
    /// The total up to which bytes are attributed to owners.
    mark: usize,
    /// While the depth is at least this, the walk is inside `owner`: one more than the depth of the handle. 0 outside shared
    /// blocks.
    pub(crate) inside: usize,
    /// `owner` and `inside` of the outer blocks.
    around: Vec<(u32, usize)>,
}

/// The location of a handle in the walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandleLocation {
    /// The place of the handle, and the type there. [`NONE`] if places do not matter.
    pub(crate) place: u32,
    pub(crate) type_name: &'static str,
    /// The nesting depth, including the handle.
    pub(crate) depth: usize,
    /// The total so far, including this block.
    pub(crate) bytes: usize,
}

impl HandleCollector {
    pub(crate) fn new() -> Self {
        let (graph, ids) = (HandleGraph::new(), NumberMap::default());
        Self { graph, ids, owner: ROOT, mark: 0, inside: 0, around: Vec::new() }
    }

    /// Records that the walk did not visit a part that may contain handles.
    pub(crate) fn hides_handles(&mut self) {
        self.graph.hides_handles = true;
    }

    /// Records a value with a destructor that a hand-written walk reports.
    pub(crate) fn enter_manual(&mut self) {
        self.graph.may_upgrade = true;
        self.hides_handles();
    }

    /// Records a handle. Returns the place that counted its block, if the walk visited the block before.
    pub(crate) fn shared(&mut self, event: &SharedEvent, here: HandleLocation) -> Option<u32> {
        let block = &event.block;
        if is_unique(event) {
            return None;
        }
        let known_as = event.extends.unwrap_or(block.address);
        let id = self.id(known_as, || contents_of(here.type_name, block));
        if event.counted && block.address < known_as {
            // The known addresses begin here now.
            self.ids.insert(block.address, id);
        }
        let known = &mut self.graph.blocks[id as usize];
        known.report(Handles { strong: block.strong_count, weak: block.weak_count });
        let counted_at = known.counted_at;
        let handles = match event.handle {
            _ if event.is_same_handle => Handles::default(),
            Handle::Strong => Handles { strong: 1, weak: 0 },
            Handle::Weak => Handles { strong: 0, weak: 1 },
        };
        self.graph.add_handles(self.owner, id, handles, here.place);
        if event.counted {
            self.count(id, block.layout.size(), here);
            if event.handle == Handle::Strong {
                self.go_into(id, here.depth);
            }
            return None;
        }
        (counted_at != NONE).then_some(counted_at)
    }

    /// Records a reference. The memory behind it, and the handles in that memory, belong to another owner.
    pub(crate) fn borrowed(&mut self, memory: &Allocation, counted: bool, here: HandleLocation) {
        let id = self.id(memory.address.unwrap_or_default(), || "");
        self.graph.blocks[id as usize].is_borrowed = true;
        self.graph.add_handles(self.owner, id, Handles::default(), here.place);
        if counted {
            self.count(id, memory.layout.size(), here);
            self.go_into(id, here.depth);
        }
    }

    /// Leaves a value of this type, and with it the block around it.
    pub(crate) fn leave(&mut self, depth: usize, bytes: usize, type_name: &'static str) {
        self.attribute_new_bytes(bytes);
        // Several blocks end here if the walk could not enter the last one.
        while depth < self.inside {
            self.graph.blocks[self.owner as usize].type_name = type_name;
            (self.owner, self.inside) = self.around.pop().unwrap_or((ROOT, 0));
        }
    }

    /// The finished graph. `shallow` is the size of the value, or 0 if it is inside one of the blocks.
    pub(crate) fn finish(mut self, shallow: usize, bytes: usize) -> HandleGraph {
        self.attribute_new_bytes(bytes);
        self.graph.blocks[ROOT as usize].size = shallow;
        self.graph.forget_wrong_counts();
        self.graph
    }

    /// Attributes the bytes since the last call to the current owner.
    fn attribute_new_bytes(&mut self, bytes: usize) {
        self.graph.blocks[self.owner as usize].owned += bytes - self.mark;
        self.mark = bytes;
    }

    /// The block, or a new part of it, is part of the value. Its bytes do not belong to the block that holds the handle.
    fn count(&mut self, id: u32, size: usize, here: HandleLocation) {
        self.attribute_new_bytes(here.bytes - size);
        self.mark = here.bytes;
        let block = &mut self.graph.blocks[id as usize];
        if block.counted_at == NONE {
            block.counted_at = here.place;
        }
        block.size = block.size.saturating_add(size);
    }

    /// Enters the contents of this block.
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

/// Whether a handle owns its block alone, like a `Box`.
pub(crate) fn is_unique(event: &SharedEvent) -> bool {
    event.counted && event.block.strong_count == Some(1) && event.block.weak_count == Some(0)
}

/// The type behind a weak handle of the standard library, otherwise the type of the handle.
///
/// A `Weak` reports both counts, or only the strong one if the value is dead, and a block with room for both. Another type
/// named `Weak` rarely does.
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
