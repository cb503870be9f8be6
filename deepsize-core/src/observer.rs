//! What an observed walk reports, and to whom.

mod reason;

use core::alloc::Layout;

pub use reason::Reason;

/// Observes a walk. Reports, histograms and audits are built on this interface alone.
///
/// Calls come in the order of the walk. Between an [`enter`](Self::enter) and its
/// [`exit`](Self::exit) lies everything the entered value owns, so its deep size is
///
/// - its shallow size, plus
/// - the layout's size of each [`allocation`](Self::allocation), plus
/// - the layout's size of each [`shared`](Self::shared) and [`borrowed`](Self::borrowed) block that was *counted*
///
/// in between. The deep size of the root is what [`DeepSize::deep_size`](crate::DeepSize::deep_size) returns, since both come
/// from the same walk. Every method has a default that does nothing. None may panic.
///
/// ```
/// use deep_size_core::Tally;
/// use deep_size_core::observer::{Allocation, Observer};
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
    /// Whether the walk should call [`content`](Self::content); called once, when the walk begins.
    fn wants_content(&self) -> bool {
        false
    }

    /// The walk enters a value: the root, a field, an element, what a pointer points to.
    fn enter(&mut self, _node: &Node) {}

    /// The walk leaves the value entered last and not yet left.
    fn exit(&mut self) {}

    /// A run of values that own nothing, reported as one and not entered.
    fn flat(&mut self, _run: &FlatRun) {}

    /// The value entered last is an enum whose active variant has this name.
    fn variant(&mut self, _name: &'static str) {}

    /// The value entered last owns this block alone.
    fn allocation(&mut self, _allocation: &Allocation) {}

    /// The value entered last is a handle to a shared block.
    fn shared(&mut self, _event: &SharedEvent) {}

    /// The value entered last borrows this memory and asked for it to be counted; `counted` is `false` if it was met
    /// before.
    fn borrowed(&mut self, _memory: &Allocation, _counted: bool) {}

    /// The bytes of the text or byte string entered last. Called only if [`wants_content`](Self::wants_content) returns `true`.
    ///
    /// These are `String`, `CString`, `OsString`, `PathBuf`, `Vec<u8>`, and `str`, `[u8]` and the like behind a pointer.
    ///
    /// ```
    /// use deep_size_core::observe;
    /// use deep_size_core::observer::Observer;
    ///
    /// #[derive(Default)]
    /// struct Texts(Vec<Vec<u8>>);
    ///
    /// impl Observer for Texts {
    ///     fn wants_content(&self) -> bool {
    ///         true
    ///     }
    ///     fn content(&mut self, bytes: &[u8]) {
    ///         self.0.push(bytes.to_vec());
    ///     }
    /// }
    ///
    /// let mut texts = Texts::default();
    /// observe(&(String::from("a"), vec![Box::<[u8]>::from(*b"b")], vec![1_u16]), &mut texts);
    /// assert_eq!(texts.0, [b"a", b"b"]);
    /// ```
    fn content(&mut self, _bytes: &[u8]) {}

    /// The bytes that the blocks of the collection entered last would take without spare capacity: those of a buffer or a hash
    /// table after `shrink_to_fit`, those of a B-tree rebuilt from its entries.
    ///
    /// Reported after the blocks, by collections of the standard library and those built like them.
    fn shrunk_size(&mut self, _bytes: usize) {}

    /// Part of the value entered last could not be measured.
    fn opaque(&mut self, _reason: Reason) {}
}

/// A value that the walk enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// What it is to the value around it.
    pub role: Role,
    /// The name of its type, as [`core::any::type_name`] gives it.
    pub type_name: &'static str,
    /// Its shallow size in bytes.
    pub shallow_size: usize,
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
    pub size: usize,
}

/// A heap block owned by one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allocation {
    /// An address inside the block, if safe code can know one. For a hash table or a B-tree node it is that of an
    /// element, otherwise usually the block's start.
    pub address: Option<usize>,
    /// The layout that was requested from the allocator.
    pub layout: Layout,
    /// How many of the layout's bytes are in use; the rest is spare capacity.
    pub used_size: usize,
}

impl Allocation {
    /// The bytes that hold no element.
    ///
    /// ```
    /// use deep_size_core::Tally;
    /// use deep_size_core::observer::{Allocation, Observer};
    ///
    /// struct Spare(usize);
    /// impl Observer for Spare {
    ///     fn allocation(&mut self, allocation: &Allocation) {
    ///         self.0 += allocation.spare_size();
    ///     }
    /// }
    ///
    /// let mut spare = Spare(0);
    /// Tally::new().add_observed(&Vec::<u16>::with_capacity(50), &mut spare);
    /// assert_eq!(spare.0, 100);
    /// ```
    #[must_use]
    pub fn spare_size(&self) -> usize {
        self.layout.size().saturating_sub(self.used_size)
    }
}

/// A block that several handles may own together.
///
/// Two handles with the same `address` are handles to the same block.
///
/// ```
/// use core::alloc::Layout;
/// use deep_size_core::SharedBlock;
///
/// let header = [0_usize; 4];
/// let block = SharedBlock::new(&header, Layout::new::<[usize; 4]>()).with_strong_count(2);
/// assert_eq!(block.strong_count, Some(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedBlock {
    /// The block's start, or another address that all its handles report.
    pub address: usize,
    /// The layout that was requested from the allocator.
    pub layout: Layout,
    /// How many strong handles there are, if known.
    pub strong_count: Option<usize>,
    /// How many weak handles there are, if known.
    pub weak_count: Option<usize>,
}

impl SharedBlock {
    /// A block at `pointer`, with unknown counts.
    #[inline]
    #[must_use]
    pub fn new<P: ?Sized>(pointer: *const P, layout: Layout) -> Self {
        Self { address: pointer.cast::<()>().addr(), layout, strong_count: None, weak_count: None }
    }

    /// The same block, with the number of its strong handles.
    ///
    /// A count of 1 promises that no other handle leads to the contents, so the walk does not record the block. A count of 0
    /// says that the contents are gone.
    #[inline]
    #[must_use]
    pub fn with_strong_count(self, count: usize) -> Self {
        Self { strong_count: Some(count), ..self }
    }

    /// The same block, with the number of its weak handles: 0 if there are none of that kind.
    ///
    /// Without it, a report assumes weak handles outside the value, and does not promise that a drop frees the block.
    #[inline]
    #[must_use]
    pub fn with_weak_count(self, count: usize) -> Self {
        Self { weak_count: Some(count), ..self }
    }
}

/// A handle to a shared block, as the walk meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedEvent {
    /// The block.
    pub block: SharedBlock,
    /// Whether the handle keeps the contents alive or only the block.
    pub handle: Handle,
    /// Whether this handle added the block to the total. The first strong handle does, and the first weak one if the
    /// contents are gone.
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
