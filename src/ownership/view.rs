use super::csr::NONE;
use super::cycles::Leak;
use super::drop_outcome::DropOutcome;
use super::graph::Handles;
use super::sharing::{HeldAt, Link, Listed, Sharing};
use crate::tree::{Tree, TreeNode};

/// A shared block of which several handles are known, or may be there: one that is part of the value.
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

    /// What a reader sees of it: blocks that have all this in common are printed as one.
    pub(crate) fn looks(&self) -> impl core::hash::Hash + Eq + use<'r> {
        let Listed { type_name, retained, counts, seen, elsewhere, .. } = self.block();
        (type_name, retained, self.own_size(), counts, seen, elsewhere, self.held())
    }

    fn held(&self) -> &'r [HeldAt] {
        self.sharing.holders(self.block())
    }

    /// The type of the contents, as [`core::any::type_name`] gives it; of a custom weak handle whose contents are dead, the
    /// type of the handle.
    #[must_use]
    pub fn type_name(&self) -> &'r str {
        &self.block().type_name
    }

    /// The bytes of the block: for `Rc` and `Arc`, counters, value and padding.
    #[must_use]
    pub fn block_size(&self) -> usize {
        self.block().size
    }

    /// The bytes of the block and of all that its contents own, but for other shared blocks.
    #[must_use]
    pub fn own_size(&self) -> usize {
        self.block_size().saturating_add(self.block().owned)
    }

    /// The bytes that would go with this block: its [own size](Self::own_size), and those of the shared blocks that nothing else leads
    /// to, neither in the value nor outside.
    #[must_use]
    pub fn retained_size(&self) -> usize {
        self.block().retained
    }

    /// The last shared block that every way from the value to this one leads through, and which so retains it; `None` if
    /// there is none, or handles outside the value lead here.
    #[must_use]
    pub fn dominator(&self) -> Option<SharedAllocation<'r>> {
        self.block().dominator.map(|at| SharedAllocation { at, ..*self })
    }

    /// How many strong handles there are, if known: 0 if the contents are dead.
    #[must_use]
    pub fn strong_count(&self) -> Option<usize> {
        self.block().counts.strong
    }

    /// How many weak handles there are, if known.
    #[must_use]
    pub fn weak_count(&self) -> Option<usize> {
        self.block().counts.weak
    }

    /// How many strong handles were met inside the value.
    #[must_use]
    pub fn inside_strong_count(&self) -> usize {
        self.block().seen.strong
    }

    /// How many weak handles were met inside the value.
    #[must_use]
    pub fn inside_weak_count(&self) -> usize {
        self.block().seen.weak
    }

    /// How many strong handles there are outside the value, if known.
    #[must_use]
    pub fn outside_strong_count(&self) -> Option<usize> {
        Some(self.strong_count()?.saturating_sub(self.inside_strong_count()))
    }

    /// How many weak handles there are outside the value, if known.
    #[must_use]
    pub fn outside_weak_count(&self) -> Option<usize> {
        Some(self.weak_count()?.saturating_sub(self.inside_weak_count()))
    }

    /// The nodes of the tree where handles on the block were met, in the order of the walk; of more than 16 places the first.
    pub fn holders(&self) -> impl ExactSizeIterator<Item = Holder<'r>> + use<'r> {
        let tree = self.tree;
        self.held().iter().map(move |&HeldAt { node, handles }| Holder { node: tree.node(node), handles })
    }

    /// The shared blocks in which handles on this one lie, and the value itself if it holds some without another block in between:
    /// the value first, then in the order of [`Report::shared_allocations`](crate::Report::shared_allocations).
    pub fn retainers(&self) -> impl ExactSizeIterator<Item = Retainer<'r>> + use<'r> {
        let Self { tree, sharing, .. } = *self;
        sharing.links(self.block()).iter().map(move |&link| Retainer { tree, sharing, link })
    }

    /// Where the block stands among [`Report::shared_allocations`](crate::Report::shared_allocations).
    #[must_use]
    pub fn position(&self) -> usize {
        self.at as usize
    }

    /// How many handles, of either kind, were met where [`holders`](Self::holders) does not say.
    #[must_use]
    pub fn unlisted_handle_count(&self) -> usize {
        self.block().elsewhere
    }

    /// What becomes of the contents if the value is dropped.
    #[must_use]
    pub fn contents_outcome(&self) -> DropOutcome {
        self.block().contents
    }

    /// What becomes of the block if the value is dropped. It may stay without its contents, for a weak handle.
    #[must_use]
    pub fn block_outcome(&self) -> DropOutcome {
        self.block().memory
    }
}

/// Handles on a shared block that were met at one node of the tree.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'r> {
    node: TreeNode<'r>,
    handles: Handles<usize>,
}

impl<'r> Holder<'r> {
    /// The node of the handles.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.node
    }

    /// How many of the handles there keep the contents alive.
    #[must_use]
    pub fn strong_count(&self) -> usize {
        self.handles.strong
    }

    /// How many of the handles there keep the memory alone.
    #[must_use]
    pub fn weak_count(&self) -> usize {
        self.handles.weak
    }
}

/// The handles on a shared block that lie in another, or in the value itself.
#[derive(Clone, Copy)]
pub struct Retainer<'r> {
    tree: &'r Tree,
    sharing: &'r Sharing,
    link: Link,
}

impl<'r> Retainer<'r> {
    /// The block in which the handles lie; `None` for the value itself and what it alone owns.
    #[must_use]
    pub fn block(&self) -> Option<SharedAllocation<'r>> {
        let Self { tree, sharing, link } = *self;
        (link.from != NONE).then_some(SharedAllocation { tree, sharing, at: link.from })
    }

    /// The node of the tree where the first of the handles lies.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.link.node)
    }

    /// How many of the handles keep the contents alive.
    #[must_use]
    pub fn strong_count(&self) -> usize {
        self.link.handles.strong
    }

    /// How many of the handles keep the memory alone.
    #[must_use]
    pub fn weak_count(&self) -> usize {
        self.link.handles.weak
    }
}

/// Blocks that keep each other, and so would stay for ever once the value is dropped.
#[derive(Clone, Copy)]
pub struct Cycle<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) sharing: &'r Sharing,
    pub(crate) leak: &'r Leak,
}

impl<'r> Cycle<'r> {
    /// The bytes that no other cycle keeps: what a drop would free besides, if this cycle were broken together with those
    /// that lead to it.
    #[must_use]
    pub fn size(&self) -> usize {
        self.leak.bytes
    }

    /// How many blocks can reach each other, those left aside to which one handle alone leads; [`links`](Self::links) shows some
    /// of them.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.leak.blocks
    }

    /// The blocks of a shortest cycle among them, each with its handle on the next block. The last handle leads to the first block.
    ///
    /// If more than 64 blocks can reach each other, the search may stop before it finds the shortest cycle.
    pub fn links(&self) -> impl ExactSizeIterator<Item = CycleLink<'r>> + use<'r> {
        let Self { tree, sharing, leak } = *self;
        leak.links.iter().map(move |&(at, node)| CycleLink {
            block: SharedAllocation { tree, sharing, at },
            node: tree.node(node),
        })
    }
}

/// One block of a [`Cycle`], with its handle on the next block.
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

    /// The node of the tree where the handle on the next block lies.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.node
    }
}
