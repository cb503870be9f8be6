use super::csr::NONE;
use super::cycles::Leak;
use super::drop_outcome::DropOutcome;
use super::graph::Handles;
use super::sharing::{HeldAt, Link, Listed, Sharing};
use crate::tree::{Tree, TreeNode};

/// A shared block that is part of the value, with several handles or an unknown number of them.
///
/// Listed by [`Report::shared_allocations`](crate::Report::shared_allocations).
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use deep_size::inspect;
/// use deep_size::ownership::DropOutcome;
///
/// let text: Arc<str> = "a text".into();
/// let value = (text.clone(), [text.clone()]);
///
/// let report = inspect(&value);
/// let block = report.shared_allocations().next().unwrap();
/// assert_eq!(block.type_name(), "str");
/// assert_eq!((block.inside_strong_count(), block.outside_strong_count()), (2, Some(1)));
/// assert_eq!(block.block_outcome(), DropOutcome::External);
///
/// let holders: Vec<String> = block.holders().map(|holder| holder.node().path()).collect();
/// assert_eq!(holders, ["0", "1[]"]);
/// ```
#[derive(Clone, Copy)]
pub struct SharedAllocation<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) sharing: &'r Sharing,
    pub(crate) at: u32,
}

impl<'r> SharedAllocation<'r> {
    fn block(&self) -> &'r Listed {
        self.sharing.of(self.at)
    }

    /// The printed properties. Blocks with equal ones are printed as one line.
    pub(crate) fn looks(&self) -> impl core::hash::Hash + Eq + use<'r> {
        let Listed { type_name, retained, counts, seen, elsewhere, .. } = self.block();
        (type_name, retained, self.own_size(), counts, seen, elsewhere, self.held())
    }

    fn held(&self) -> &'r [HeldAt] {
        self.sharing.holders(self.block())
    }

    /// The type of the contents, from [`core::any::type_name`].
    ///
    /// For a custom weak handle whose contents are dead, the type of the handle.
    #[must_use]
    pub fn type_name(&self) -> &'r str {
        &self.block().type_name
    }

    /// The size of the block: for `Rc` and `Arc`, the counters, the value and its padding.
    #[must_use]
    pub fn block_size(&self) -> usize {
        self.block().size
    }

    /// The bytes of the block and of everything its contents own, without other shared blocks.
    #[must_use]
    pub fn own_size(&self) -> usize {
        self.block_size().saturating_add(self.block().owned)
    }

    /// The bytes that only this block keeps alive: its [own size](Self::own_size), and the own sizes of the shared blocks that
    /// are reachable only through it.
    #[must_use]
    #[doc(alias = "retained size")]
    pub fn retained_size(&self) -> usize {
        self.block().retained
    }

    /// The innermost shared block on every path from the value to this block.
    ///
    /// `None` if there is no such block, or if handles outside the value reach this block.
    #[must_use]
    pub fn dominator(&self) -> Option<SharedAllocation<'r>> {
        self.block().dominator.map(|at| SharedAllocation { at, ..*self })
    }

    /// The number of strong handles, if known. 0 if the contents are dead.
    #[must_use]
    pub fn strong_count(&self) -> Option<usize> {
        self.block().counts.strong
    }

    /// The number of weak handles, if known.
    #[must_use]
    pub fn weak_count(&self) -> Option<usize> {
        self.block().counts.weak
    }

    /// The number of strong handles inside the value.
    #[must_use]
    pub fn inside_strong_count(&self) -> usize {
        self.block().seen.strong
    }

    /// The number of weak handles inside the value.
    #[must_use]
    pub fn inside_weak_count(&self) -> usize {
        self.block().seen.weak
    }

    /// The number of strong handles outside the value.
    ///
    /// `None` if [the number of handles is unknown](crate::ownership#unknown-handle-counts), or if the value [may hide
    /// some](crate::ownership#hidden-handles).
    #[must_use]
    pub fn outside_strong_count(&self) -> Option<usize> {
        self.outside(self.unseen_counts().strong?)
    }

    /// The number of weak handles outside the value.
    ///
    /// `None` if it is unknown, as for [`outside_strong_count`](Self::outside_strong_count).
    #[must_use]
    pub fn outside_weak_count(&self) -> Option<usize> {
        self.outside(self.unseen_counts().weak?)
    }

    fn outside(&self, unseen: usize) -> Option<usize> {
        (unseen == 0 || !self.sharing.hides_handles).then_some(unseen)
    }

    /// The numbers of handles that the walk did not visit, if known.
    pub(crate) fn unseen_counts(&self) -> Handles<Option<usize>> {
        Handles {
            strong: self.strong_count().map(|count| count.saturating_sub(self.inside_strong_count())),
            weak: self.weak_count().map(|count| count.saturating_sub(self.inside_weak_count())),
        }
    }

    /// The nodes of the tree with handles on the block, in the order of the walk. At most the first 16 places are kept.
    pub fn holders(&self) -> impl ExactSizeIterator<Item = Holder<'r>> + use<'r> {
        let tree = self.tree;
        self.held().iter().map(move |&HeldAt { node, handles }| Holder { node: tree.node(node), handles })
    }

    /// The shared blocks that contain handles on this block. The value itself comes first if it holds handles directly, then the
    /// blocks in the order of [`Report::shared_allocations`](crate::Report::shared_allocations).
    pub fn retainers(&self) -> impl ExactSizeIterator<Item = Retainer<'r>> + use<'r> {
        let Self { tree, sharing, .. } = *self;
        sharing.links(self.block()).iter().map(move |&link| Retainer { tree, sharing, link })
    }

    /// The position in [`Report::shared_allocations`](crate::Report::shared_allocations).
    #[must_use]
    pub fn position(&self) -> usize {
        self.at as usize
    }

    /// The number of handles inside the value, strong or weak, at nodes that [`holders`](Self::holders) leaves out.
    #[must_use]
    pub fn unlisted_handle_count(&self) -> usize {
        self.block().elsewhere
    }

    /// The outcome of a drop of the value for the contents of the block.
    #[must_use]
    pub fn contents_outcome(&self) -> DropOutcome {
        self.block().contents
    }

    /// The outcome of a drop of the value for the block. A weak handle may keep the block after its contents are dropped.
    #[must_use]
    pub fn block_outcome(&self) -> DropOutcome {
        self.block().memory
    }

    /// Whether these outcomes are uncertain, because they depend on handles that were not seen or whose number is unknown.
    ///
    /// The bytes are then part of [`Report::uncertain_size`](crate::Report::uncertain_size).
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.block().is_uncertain
    }

    /// The outcome of a drop, in words.
    pub(crate) fn outcome(&self) -> &'static str {
        match (self.contents_outcome(), self.block_outcome(), self.is_uncertain()) {
            (DropOutcome::Freed, DropOutcome::Freed, false) => "freed by a drop",
            (DropOutcome::Freed, DropOutcome::Freed, true) => "freed by a drop, unless held elsewhere",
            (DropOutcome::Freed, DropOutcome::External, true) => "contents freed, memory may stay",
            (DropOutcome::Freed, ..) => "contents freed, memory stays",
            (DropOutcome::External, _, false) => "stays alive (held elsewhere)",
            (DropOutcome::External, _, true) => "may stay alive",
            (DropOutcome::Cyclic, ..) => "leaked",
        }
    }
}

/// The handles on a shared block at one node of the tree.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'r> {
    node: TreeNode<'r>,
    handles: Handles<usize>,
}

impl<'r> Holder<'r> {
    /// The node with the handles.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.node
    }

    /// The number of handles that keep the contents alive.
    #[must_use]
    pub fn strong_count(&self) -> usize {
        self.handles.strong
    }

    /// The number of handles that keep only the memory alive.
    #[must_use]
    pub fn weak_count(&self) -> usize {
        self.handles.weak
    }
}

/// The handles in one block, or in the value itself, that point to another block.
#[derive(Clone, Copy)]
pub struct Retainer<'r> {
    tree: &'r Tree,
    sharing: &'r Sharing,
    link: Link,
}

impl<'r> Retainer<'r> {
    /// The block with the handles. `None` for the value itself and the memory that only it owns.
    #[must_use]
    pub fn block(&self) -> Option<SharedAllocation<'r>> {
        let Self { tree, sharing, link } = *self;
        (link.from != NONE).then_some(SharedAllocation { tree, sharing, at: link.from })
    }

    /// The node of the tree with the first of the handles.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.link.node)
    }

    /// The number of handles that keep the contents alive.
    #[must_use]
    pub fn strong_count(&self) -> usize {
        self.link.handles.strong
    }

    /// The number of handles that keep only the memory alive.
    #[must_use]
    pub fn weak_count(&self) -> usize {
        self.link.handles.weak
    }
}

/// A group of blocks that keep each other alive, so that a drop of the value leaks them.
///
/// Listed by [`Report::cycles`](crate::Report::cycles).
#[derive(Clone, Copy)]
pub struct Cycle<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) sharing: &'r Sharing,
    pub(crate) leak: &'r Leak,
}

impl<'r> Cycle<'r> {
    /// The bytes that only this cycle keeps alive.
    ///
    /// A drop would free them if this cycle, and all cycles that reach it, were broken.
    #[must_use]
    pub fn size(&self) -> usize {
        self.leak.bytes
    }

    /// The number of blocks that can reach each other, without the blocks with a single handle.
    ///
    /// [`links`](Self::links) shows some of these blocks.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.leak.blocks
    }

    /// The blocks of a shortest cycle, each with its handle on the next block. The last handle points to the first block.
    ///
    /// With more than 64 blocks in the group, the search may stop before it finds the shortest cycle.
    pub fn links(&self) -> impl ExactSizeIterator<Item = CycleLink<'r>> + use<'r> {
        let Self { tree, sharing, leak } = *self;
        leak.links.iter().map(move |&(at, node)| CycleLink {
            block: SharedAllocation { tree, sharing, at },
            node: tree.node(node),
        })
    }
}

/// A block of a [`Cycle`], with its handle on the next block.
#[derive(Clone, Copy, Debug)]
pub struct CycleLink<'r> {
    block: SharedAllocation<'r>,
    node: TreeNode<'r>,
}

impl<'r> CycleLink<'r> {
    /// The block.
    #[must_use]
    pub fn block(&self) -> SharedAllocation<'r> {
        self.block
    }

    /// The node of the tree with the handle on the next block.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.node
    }
}
