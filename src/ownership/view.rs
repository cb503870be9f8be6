use super::cycles::Leak;
use super::fate::Fate;
use super::sharing::{Listed, Sharing};

/// A block that several handles lead to, or may lead to.
#[derive(Clone, Copy, Debug)]
pub struct SharedAllocation<'s> {
    pub(super) sharing: &'s Sharing,
    pub(super) block: &'s Listed,
}

/// The handles on a block that were met at one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Holder {
    /// The number that the observer gave.
    pub path: u32,
    /// How many of the handles keep the contents alive.
    pub strong: usize,
    /// How many of them keep the memory alone.
    pub weak: usize,
}

impl<'s> SharedAllocation<'s> {
    /// The type of the contents, as [`core::any::type_name`] gives it; of a custom handle that never showed its contents, the
    /// type of the handle.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.block.type_name
    }

    /// The bytes of the block: for `Rc` and `Arc`, counters, value and padding.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.block.size
    }

    /// The bytes of the block and of all that its contents own, but for other shared blocks.
    #[must_use]
    pub fn own(&self) -> usize {
        self.block.size.saturating_add(self.block.owned)
    }

    /// The bytes that would go with this block: its [own](Self::own), and those of the shared blocks that nothing else leads to,
    /// neither in the value nor outside.
    #[must_use]
    pub fn retained(&self) -> usize {
        self.block.retained
    }

    /// The last shared block that every way from the value to this one leads through, and which so retains it; `None` if
    /// there is none, or handles outside the value lead here.
    #[must_use]
    pub fn dominator(&self) -> Option<SharedAllocation<'s>> {
        let at = self.block.dominator? as usize;
        Some(SharedAllocation { sharing: self.sharing, block: &self.sharing.blocks[at] })
    }

    /// How many strong handles there are, if known: 0 if the contents are dead.
    #[must_use]
    pub fn strong_count(&self) -> Option<usize> {
        self.block.counts.strong
    }

    /// How many weak handles there are, if known.
    #[must_use]
    pub fn weak_count(&self) -> Option<usize> {
        self.block.counts.weak
    }

    /// How many strong handles were met inside the value.
    #[must_use]
    pub fn strong_inside(&self) -> usize {
        self.block.seen.strong
    }

    /// How many weak handles were met inside the value.
    #[must_use]
    pub fn weak_inside(&self) -> usize {
        self.block.seen.weak
    }

    /// How many strong handles there are outside the value, if known.
    #[must_use]
    pub fn strong_outside(&self) -> Option<usize> {
        Some(self.block.counts.strong?.saturating_sub(self.block.seen.strong))
    }

    /// How many weak handles there are outside the value, if known.
    #[must_use]
    pub fn weak_outside(&self) -> Option<usize> {
        Some(self.block.counts.weak?.saturating_sub(self.block.seen.weak))
    }

    /// Where handles on the block were met, in the order of the walk; the first 16 paths.
    #[must_use]
    pub fn holders(&self) -> &'s [Holder] {
        &self.sharing.holders[self.block.holders.start as usize..self.block.holders.end as usize]
    }

    /// How many handles, of either kind, were met at paths that [`holders`](Self::holders) leaves out.
    #[must_use]
    pub fn handles_elsewhere(&self) -> usize {
        self.block.elsewhere
    }

    /// What becomes of the contents if the value is dropped.
    #[must_use]
    pub fn contents_fate(&self) -> Fate {
        self.block.contents
    }

    /// What becomes of the block if the value is dropped. It may stay without its contents, for a weak handle.
    #[must_use]
    pub fn block_fate(&self) -> Fate {
        self.block.memory
    }
}

/// Blocks that keep each other, and so would stay for ever once the value is dropped.
#[derive(Clone, Copy, Debug)]
pub struct Cycle<'s> {
    pub(super) sharing: &'s Sharing,
    pub(super) leak: &'s Leak,
}

impl<'s> Cycle<'s> {
    /// The bytes that no other cycle keeps: what a drop would free besides, if this cycle were broken together with those that
    /// lead to it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.leak.bytes
    }

    /// How many blocks can reach each other; [`hops`](Self::hops) shows some of them.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.leak.blocks
    }

    /// The blocks of a shortest cycle among them, each with the path of its handle that leads to the next one, and the last one's
    /// back to the first.
    ///
    /// Where more than 64 blocks can reach each other, the search for a shorter cycle may be cut off.
    pub fn hops(&self) -> impl ExactSizeIterator<Item = (SharedAllocation<'s>, u32)> {
        let sharing = self.sharing;
        self.leak
            .hops
            .iter()
            .map(move |&(at, path)| (SharedAllocation { sharing, block: &sharing.blocks[at as usize] }, path))
    }
}
