//! The tree of scopes that a thread has entered, and the stack of its open calls.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ptr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::row::Row;
use crate::counters::{self, Slot};
use crate::hash::AddressHasher;
use crate::usage::Usage;

/// The node that encloses all others. It is not a scope.
const ROOT: u32 = 0;

/// Numbers nodes over all threads, in the order in which they are first entered.
static ORDER: AtomicU64 = AtomicU64::new(0);

type NameHasher = BuildHasherDefault<AddressHasher>;

/// A path of scopes.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) row: Row,
    pub(super) parent: u32,
    pub(super) order: u64,
    /// The number of its open calls.
    open: u32,
    /// The child that was entered last.
    last: u32,
}

impl Node {
    fn new(row: Row, parent: u32) -> Self {
        let order = ORDER.fetch_add(1, Relaxed);
        Self { row, parent, order, open: 0, last: ROOT }
    }
}

/// A call that has not ended.
#[derive(Clone)]
struct OpenCall {
    node: u32,
    serial: u64,
    /// Whether no other call of the same node is open.
    is_outermost: bool,
    start: Usage,
    /// The net bytes of its earlier parts.
    net: i64,
    /// The peak of the enclosing call before this one.
    around: i64,
    /// The bytes allocated by the calls inside.
    inner: u64,
}

#[derive(Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    frames: Vec<OpenCall>,
    /// The number of calls opened so far.
    serial: u64,
    /// The next node from a node, by the address of the scope's name.
    cache: HashMap<(u32, usize, usize), u32, NameHasher>,
}

impl Tree {
    pub(crate) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            frames: Vec::new(),
            serial: 0,
            cache: HashMap::with_hasher(NameHasher::new()),
        }
    }

    /// Begins a call, or resumes one with the net bytes of its earlier parts.
    ///
    /// Returns the number of enclosing calls and its serial. `None` if there is no memory for it.
    pub(super) fn enter(
        &mut self,
        slot: &Slot,
        name: &'static str,
        earlier: Option<i64>,
    ) -> Option<(usize, u64)> {
        if self.frames.len() == self.frames.capacity() {
            counters::untracked(|| self.frames.try_reserve(16)).ok()?;
        }
        let from = self.frames.last().map_or(ROOT, |frame| frame.node);
        let node =
            match self.nodes.get(from as usize).map(|from| (from.last, self.nodes.get(from.last as usize))) {
                Some((last, Some(node))) if ptr::eq(node.row.name, name) && last != ROOT => last,
                _ => self.find(from, name)?,
            };
        let entry = &mut self.nodes[node as usize];
        let is_outermost = entry.open == 0;
        entry.open += 1;
        entry.row.calls += u64::from(earlier.is_none());
        self.serial += 1;
        let (depth, serial) = (self.frames.len(), self.serial);
        let (around, start, net) = (slot.begin_peak(), slot.counts(), earlier.unwrap_or(0));
        self.frames.push(OpenCall { node, serial, is_outermost, start, net, around, inner: 0 });
        Some((depth, serial))
    }

    /// The next node from `from` by name, unless it is the last entered child.
    #[inline(never)]
    fn find(&mut self, from: u32, name: &'static str) -> Option<u32> {
        let key = (from, name.as_ptr().addr(), name.len());
        let node = match self.cache.get(&key) {
            Some(&node) => node,
            None => counters::untracked(|| self.insert(key, name))?,
        };
        self.nodes[from as usize].last = node;
        Some(node)
    }

    #[cold]
    fn insert(&mut self, key: (u32, usize, usize), name: &'static str) -> Option<u32> {
        self.nodes.try_reserve(2).ok()?;
        self.cache.try_reserve(1).ok()?;
        if self.nodes.is_empty() {
            self.nodes.push(Node::new(Row::default(), ROOT));
        }
        let (from, ..) = key;
        // An equal name may be at another address.
        let is_known = |(_, node): &(u32, &Node)| node.parent == from && node.row.name == name;
        let known = (0..).zip(&self.nodes).skip(1).find(is_known).map(|(at, _)| at);
        let node = known.or_else(|| self.enclosing(from, name)).unwrap_or_else(|| {
            let node = self.nodes.len() as u32;
            let depth = if from == ROOT { 0 } else { self.nodes[from as usize].row.depth + 1 };
            self.nodes.push(Node::new(Row { name, depth, ..Row::default() }, from));
            node
        });
        self.cache.insert(key, node);
        Some(node)
    }

    /// The innermost node with this name among `from` and its ancestors. Entering it again adds a call, but no depth.
    fn enclosing(&self, from: u32, name: &str) -> Option<u32> {
        let mut node = from;
        while node != ROOT {
            let here = &self.nodes[node as usize];
            if here.row.name == name {
                return Some(node);
            }
            node = here.parent;
        }
        None
    }

    /// Ends the call with this serial and the open calls inside it. No effect if it has ended.
    pub(super) fn exit(&mut self, slot: &Slot, depth: usize, serial: u64) {
        if self.frames.get(depth).is_some_and(|frame| frame.serial == serial) {
            self.exit_to(slot, depth);
        }
    }

    /// Ends calls until `depth` are left.
    pub(crate) fn exit_to(&mut self, slot: &Slot, depth: usize) {
        while self.frames.len() > depth {
            self.end(slot.counts(), slot.peak()).into_iter().for_each(|around| slot.end_peak(around));
        }
    }

    /// Ends the innermost call and adds it to its node. Returns the peak of the enclosing call before this one.
    fn end(&mut self, now: Usage, highest: i64) -> Option<i64> {
        let frame = self.frames.pop()?;
        let Usage { allocated_size: allocated, freed_size: freed, .. } = now.since(frame.start);
        let node = &mut self.nodes[frame.node as usize];
        node.open -= 1;
        let row = &mut node.row;
        row.self_allocated_size += allocated.saturating_sub(frame.inner);
        if frame.is_outermost {
            row.allocated_size += allocated;
            row.freed_size += freed;
            let peak = u64::try_from(frame.net + highest.wrapping_sub(frame.start.net_size())).unwrap_or(0);
            row.peak_size = row.peak_size.max(peak);
        }
        if let Some(outer) = self.frames.last_mut() {
            outer.inner += allocated;
        }
        Some(frame.around)
    }

    /// All nodes, parents first, as if all open calls ended now.
    pub(super) fn nodes(&self, slot: &Slot) -> Vec<Node> {
        let mut tree = Self { nodes: self.nodes.clone(), frames: self.frames.clone(), ..Self::new() };
        let (now, mut highest) = (slot.counts(), slot.peak());
        while let Some(around) = tree.end(now, highest) {
            // An inner call holds the peak of the enclosing calls.
            highest = highest.max(around);
        }
        tree.nodes
    }
}
