use std::vec::Vec;

use super::graph::{Block, Graph, Handles, ROOT};
use super::hash::NumberMap;
use super::sharing::Sharing;
use crate::{Allocation, Handle, Meeting, Node, Reason, Role};

/// Gathers, during one observed walk, which parts of a value hold which shared blocks.
///
/// An [`Observer`](crate::Observer) passes on what it is told. Where a handle was met it says by a number of its own choice,
/// the *path*: the same number for places that a reader would not tell apart, such as the elements of a vector. Memory
/// grows with shared blocks and paths, and at most linearly with the edges between blocks; how many values and handles there
/// are does not matter.
///
/// ```
/// use std::rc::Rc;
/// use deep_size::ownership::Collector;
/// use deep_size::{Allocation, Meeting, Node, Observer, Tally};
///
/// /// Calls every place by the same number.
/// struct Watch(Collector);
///
/// impl Observer for Watch {
///     fn enter(&mut self, node: &Node) {
///         self.0.enter(node);
///     }
///     fn exit(&mut self) {
///         self.0.exit();
///     }
///     fn allocation(&mut self, allocation: &Allocation) {
///         self.0.allocation(allocation);
///     }
///     fn shared(&mut self, meeting: &Meeting) {
///         self.0.shared(meeting, 0);
///     }
/// }
///
/// let outside = Rc::new([0_u64; 10]);
/// let value = (outside.clone(), Box::new(1_u64));
/// let mut watch = Watch(Collector::new());
/// Tally::new().add_observed(&value, &mut watch);
/// let sharing = watch.0.finish();
/// assert_eq!(sharing.exclusive(), size_of_val(&value) + 8);
/// assert_eq!(sharing.external(), 16 + 80);
/// ```
#[derive(Debug)]
pub struct Collector {
    graph: Graph,
    ids: NumberMap<usize, u32>,
    /// The block in whose contents the walk is.
    owner: u32,
    /// How many values were entered and not left.
    depth: usize,
    /// The blocks around, each with the depth at which the walk left its contents for those of another.
    suspended: Vec<(usize, u32)>,
    /// The block whose contents are entered next, if any are.
    pending: Option<u32>,
    /// The type of the value entered last, if the walk is still in it.
    last_type: &'static str,
    is_complete: bool,
}

impl Collector {
    /// A collector that was told nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            graph: Graph::new(),
            ids: NumberMap::default(),
            owner: ROOT,
            depth: 0,
            suspended: Vec::new(),
            pending: None,
            last_type: "",
            is_complete: true,
        }
    }

    /// For [`Observer::enter`](crate::Observer::enter).
    #[inline]
    pub fn enter(&mut self, node: &Node) {
        self.depth += 1;
        self.last_type = node.type_name;
        match node.role {
            Role::Shared | Role::Borrowed => self.enter_block(node.type_name),
            Role::Root => {
                self.graph.blocks[ROOT as usize].size += node.shallow;
                self.graph.blocks[ROOT as usize].type_name = node.type_name;
            }
            _ => {}
        }
    }

    /// For [`Observer::exit`](crate::Observer::exit).
    #[inline]
    pub fn exit(&mut self) {
        if let Some(&(depth, owner)) = self.suspended.last() {
            if depth == self.depth {
                self.suspended.pop();
                self.owner = owner;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        self.last_type = "";
    }

    /// For [`Observer::allocation`](crate::Observer::allocation).
    #[inline]
    pub fn allocation(&mut self, allocation: &Allocation) {
        self.own(allocation.layout.size());
    }

    /// For [`Observer::shared`](crate::Observer::shared): a handle met at `path`.
    pub fn shared(&mut self, meeting: &Meeting, path: u32) {
        let block = &meeting.block;
        self.pending = None;
        // Nothing but this handle leads to the block: it belongs to whoever holds the handle, like that of a `Box`.
        if meeting.counted && block.strong == Some(1) && block.weak == Some(0) {
            self.own(block.layout.size());
            return;
        }
        let id = self.id(block.address);
        let known = &mut self.graph.blocks[id as usize];
        known.counts.strong = known.counts.strong.max(block.strong);
        known.counts.weak = known.counts.weak.max(block.weak);
        if meeting.counted {
            known.is_counted = true;
            known.size = block.layout.size();
            self.pending = Some(id);
        }
        let handles = match meeting.handle {
            Handle::Strong => Handles { strong: 1, weak: 0 },
            Handle::Weak => Handles { strong: 0, weak: 1 },
        };
        self.graph.meet(self.owner, id, handles, path);
    }

    /// For [`Observer::borrowed`](crate::Observer::borrowed): a reference met at `path`.
    ///
    /// What is borrowed belongs to somebody else, and so do the handles in it.
    pub fn borrowed(&mut self, memory: &Allocation, counted: bool, path: u32) {
        let id = self.id(memory.address.unwrap_or_default());
        let known = &mut self.graph.blocks[id as usize];
        known.is_borrowed = true;
        if counted {
            known.is_counted = true;
            known.size = memory.layout.size();
        }
        self.pending = counted.then_some(id);
        self.graph.meet(self.owner, id, Handles::default(), path);
    }

    /// For [`Observer::opaque`](crate::Observer::opaque): what was not seen may own more, and hold any block.
    pub fn opaque(&mut self, _reason: Reason) {
        self.is_complete = false;
    }

    /// What the walk has shown. Takes O(m log n) for n blocks and m edges between them.
    #[must_use]
    pub fn finish(self) -> Sharing {
        drop(self.ids);
        Sharing::new(&self.graph, self.is_complete)
    }

    #[inline]
    fn own(&mut self, bytes: usize) {
        let owner = &mut self.graph.blocks[self.owner as usize];
        owner.owned = owner.owned.saturating_add(bytes);
    }

    fn enter_block(&mut self, type_name: &'static str) {
        if let Some(block) = self.pending.take() {
            self.graph.blocks[block as usize].type_name = type_name;
            self.suspended.push((self.depth, self.owner));
            self.owner = block;
        }
    }

    fn id(&mut self, address: usize) -> u32 {
        let blocks = &mut self.graph.blocks;
        *self.ids.entry(address).or_insert_with(|| {
            blocks.push(Block::new(contents_of(self.last_type)));
            (blocks.len() - 1) as u32
        })
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

/// The type behind a weak handle of the standard library, or else the type of the handle.
fn contents_of(handle: &'static str) -> &'static str {
    let weak = ["alloc::rc::Weak<", "alloc::sync::Weak<"].iter().find_map(|head| handle.strip_prefix(head));
    weak.and_then(|inner| inner.strip_suffix('>')).unwrap_or(handle)
}
