//! What a walk tells those who watch it.

mod detail;
mod reason;
mod totals;

use core::alloc::Layout;

pub use detail::Detail;
pub use reason::Reason;
pub use totals::Totals;

/// Watches a walk: reports, histograms and audits are built on this interface alone.
///
/// The walk calls these methods in the order in which it meets things. Between an [`enter`](Self::enter) and its
/// [`exit`](Self::exit) lies everything the entered value owns, so that its deep size is
///
/// - its shallow size, plus
/// - the layout's size of each [`allocation`](Self::allocation), plus
/// - the layout's size of each [`shared`](Self::shared) and [`borrowed`](Self::borrowed) block that was *counted*
///
/// in between. That holds for [`Detail::Values`] and [`Detail::Contents`]; an observer that asks for less is told of runs, blocks or
/// totals in their place. The deep size of the root is what [`DeepSize::deep_size`](crate::DeepSize::deep_size) returns, for both
/// come from the same walk. Every method has a default that does nothing. None may panic.
///
/// ```
/// use deep_size_core::{Allocation, Observer, Tally};
///
/// /// Counts heap blocks.
/// #[derive(Default)]
/// struct Blocks(usize);
///
/// impl Observer for Blocks {
///     fn allocation(&mut self, _: &Allocation) {
///         self.0 += 1;
///     }
/// }
///
/// let mut blocks = Blocks::default();
/// Tally::new().add_observed(&vec![String::from("a"), String::from("b")], &mut blocks);
/// assert_eq!(blocks.0, 3);
/// ```
pub trait Observer {
    /// How much it wants to be told; asked once, when the walk begins.
    fn detail(&self) -> Detail {
        Detail::Values
    }

    /// The walk goes into a value: the root, a field, an element, what a pointer points to.
    fn enter(&mut self, _node: &Node) {}

    /// The walk leaves the value entered last and not yet left.
    fn exit(&mut self) {}

    /// A run of values that own nothing, met as one and not entered.
    fn flat(&mut self, _run: &FlatRun) {}

    /// A value that owns one block at most, with nothing but flat values in it: tells in one call what
    /// [`enter`](Self::enter), [`allocation`](Self::allocation), [`flat`](Self::flat) and [`exit`](Self::exit) would in four.
    ///
    /// The default makes those calls, so that only an observer in a hurry overrides it.
    fn leaf(&mut self, node: &Node, block: Option<&Allocation>, contents: Option<&FlatRun>) {
        self.enter(node);
        if let Some(block) = block {
            self.allocation(block);
        }
        if let Some(contents) = contents {
            self.flat(contents);
        }
        self.exit();
    }

    /// Values side by side as in [`leaf`](Self::leaf), told as one; called for [`Detail::Runs`] and
    /// [`Detail::Blocks`].
    fn run(&mut self, _run: &LeafRun) {}

    /// The value entered last is an enum whose active variant has this name.
    fn variant(&mut self, _name: &'static str) {}

    /// The value entered last owns this block alone.
    fn allocation(&mut self, _allocation: &Allocation) {}

    /// The value entered last is a handle on a shared block.
    fn shared(&mut self, _meeting: &Meeting) {}

    /// The value entered last borrows this memory and asked for it to be counted; `counted` is `false` if it was met
    /// before.
    fn borrowed(&mut self, _memory: &Allocation, _counted: bool) {}

    /// The bytes of the text or the byte string entered last, told for [`Detail::Contents`] alone.
    fn content(&mut self, _bytes: &[u8]) {}

    /// The map or set entered last, whose blocks were told just now, could do with this many bytes: a hash table after
    /// `shrink_to_fit`, a tree after it was built anew from its entries.
    fn packed(&mut self, _bytes: usize) {}

    /// Part of the value entered last could not be measured.
    fn opaque(&mut self, _reason: Reason) {}

    /// All blocks of the value in one sum, told once, when the walk is over, and for [`Detail::Totals`] alone. Blocks that a
    /// [`Tally`](crate::Tally) has counted before are not among them. See [`Totals`] for an example.
    fn totals(&mut self, _totals: &Totals) {}
}

/// A value the walk goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// What it is to the value around it.
    pub role: Role,
    /// The name of its type, as [`core::any::type_name`] gives it.
    pub type_name: &'static str,
    /// Its shallow size in bytes.
    pub shallow: usize,
    /// Where it lies.
    pub address: usize,
}

/// What a value is to the value around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The value being measured.
    Root,
    /// The field of this name; in tuples `0`, `1`, ….
    Field(&'static str),
    /// The element at this position of the iteration.
    Element(usize),
    /// The key of the entry at this position of the iteration.
    Key(usize),
    /// The value of the entry at this position of the iteration.
    Value(usize),
    /// The contents of a wrapper that adds no meaning of its own: `Option`, `RefCell`, `Mutex`.
    Inner,
    /// What an owning pointer points to.
    Pointee,
    /// What a shared handle points to.
    Shared,
    /// What a reference points to, counted on request.
    Borrowed,
}

/// A run of values of one type that own nothing outside themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlatRun {
    /// What the first of them is to the value around it.
    pub role: Role,
    /// The name of their type.
    pub type_name: &'static str,
    /// How many there are.
    pub count: usize,
    /// Their shallow sizes together, in bytes.
    pub bytes: usize,
}

/// Elements of one collection, each of which owns one block at most, with nothing but flat values in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeafRun {
    /// What the first of them is to the value around it.
    pub role: Role,
    /// The name of their type.
    pub type_name: &'static str,
    /// How many there are.
    pub count: usize,
    /// Their shallow sizes together, in bytes.
    pub shallow: usize,
    /// How many of them own a block.
    pub blocks: usize,
    /// The sizes of those blocks together, in bytes.
    pub heap: usize,
    /// How many of those bytes are in use; the rest is spare capacity.
    pub used: usize,
    /// The position among them of the first whose block is largest, and the size of that block in bytes.
    pub largest: (usize, usize),
    /// The values in the blocks, if the type of the elements is a collection: `role` is that of the first in one block,
    /// `count` and `bytes` are those of all.
    pub contents: Option<FlatRun>,
}

/// What the values have in common that own one block at most.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// The name and the size of the type of what is in the block, for a collection.
    pub(crate) contents: Option<(&'static str, usize)>,
}

impl Leaf {
    /// What is in a block, or in several, of which so many bytes are in use.
    pub(crate) fn contents(self, used: usize) -> Option<FlatRun> {
        let (type_name, size) = self.contents?;
        let count = used.checked_div(size).filter(|&count| count > 0)?;
        Some(FlatRun { role: Role::Element(0), type_name, count, bytes: used })
    }
}

/// A heap block owned by one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allocation {
    /// An address inside the block, if safe code can know one. For a hash table or a B-tree node it is that of an
    /// element, otherwise mostly the block's start.
    pub address: Option<usize>,
    /// The layout that was requested from the allocator.
    pub layout: Layout,
    /// How many of the layout's bytes are in use; the rest is spare capacity.
    pub used: usize,
}

impl Allocation {
    /// A block in which elements of type `T` lie, of no bytes if there is none.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn of_buffer<T>(address: *const T, capacity: usize, len: usize) -> Self {
        let layout = crate::layout::buffer::<T>(capacity).unwrap_or(Layout::new::<()>());
        Self { address: Some(address.addr()), layout, used: len * size_of::<T>() }
    }

    /// The bytes that hold no element.
    ///
    /// ```
    /// use deep_size_core::{Allocation, Observer, Tally};
    ///
    /// struct Spare(usize);
    /// impl Observer for Spare {
    ///     fn allocation(&mut self, allocation: &Allocation) {
    ///         self.0 += allocation.spare();
    ///     }
    /// }
    ///
    /// let mut spare = Spare(0);
    /// Tally::new().add_observed(&Vec::<u16>::with_capacity(50), &mut spare);
    /// assert_eq!(spare.0, 100);
    /// ```
    #[must_use]
    pub fn spare(&self) -> usize {
        self.layout.size().saturating_sub(self.used)
    }
}

/// A block that several handles may own together.
///
/// The key to "each shared thing once": two handles with the same `address` are handles on the same block.
///
/// ```
/// use core::alloc::Layout;
/// use deep_size_core::SharedBlock;
///
/// let header = [0_usize; 4];
/// let block = SharedBlock::new(&header, Layout::new::<[usize; 4]>()).with_strong(2);
/// assert_eq!(block.strong, Some(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedBlock {
    /// The block's start, or another address that all its handles agree on.
    pub address: usize,
    /// The layout that was requested from the allocator.
    pub layout: Layout,
    /// How many strong handles there are, if known.
    pub strong: Option<usize>,
    /// How many weak handles there are, if known.
    pub weak: Option<usize>,
}

impl SharedBlock {
    /// A block at `pointer`, with unknown counts.
    #[inline]
    #[must_use]
    pub fn new<P: ?Sized>(pointer: *const P, layout: Layout) -> Self {
        Self { address: pointer.cast::<()>().addr(), layout, strong: None, weak: None }
    }

    /// The same block, with the number of its strong handles.
    ///
    /// A count of 1 promises that no other handle leads to the contents, so the walk need not remember it; 0 says that the
    /// contents are gone.
    #[inline]
    #[must_use]
    pub fn with_strong(self, count: usize) -> Self {
        Self { strong: Some(count), ..self }
    }

    /// The same block, with the number of its weak handles: 0 if there are none of that kind.
    ///
    /// If it is not told, some are taken to be outside the value, and a report does not promise that a drop frees the block.
    #[inline]
    #[must_use]
    pub fn with_weak(self, count: usize) -> Self {
        Self { weak: Some(count), ..self }
    }
}

/// A handle on a shared block, as the walk meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meeting {
    /// The block.
    pub block: SharedBlock,
    /// Whether the handle keeps the contents alive or only the block.
    pub handle: Handle,
    /// Whether this meeting added the block to the total: the first strong handle does, and a weak one if the contents
    /// are gone.
    pub counted: bool,
}

/// The two kinds of shared handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handle {
    /// Keeps block and contents alive: `Rc`, `Arc`.
    Strong,
    /// Keeps the block alone: `rc::Weak`, `sync::Weak`.
    Weak,
}
