//! Observers of a walk, and the events they receive.

mod reason;

use core::alloc::Layout;
use core::ops::{ControlFlow, Range};
use core::{any, mem, ptr};

pub use reason::Reason;

/// Receives the events of a walk. Reports, histograms and audits need only this trait.
///
/// Events come in the order of the walk. All events of a value come between its [`enter`](Self::enter) and the
/// matching [`exit`](Self::exit). The value's deep size is the sum of
///
/// - its shallow size,
/// - the layout size of each [`allocation`](Self::allocation) in between, and
/// - the layout size of each [`shared`](Self::shared) or [`borrowed`](Self::borrowed) block in between that was *counted*,
/// - minus the root's shallow size, if a value in between [contains the root](Self::contains_root).
///
/// The deep size of the root equals the result of [`DeepSize::deep_size`](crate::DeepSize::deep_size). All methods have default
/// implementations, which do nothing. Implementations must not panic.
///
/// # Examples
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
///     fn allocation(&mut self, allocation: &Allocation) {
///         self.0 += allocation.block_count;
///     }
/// }
///
/// let mut blocks = Blocks::default();
/// Tally::new().add_observed(&vec![String::from("a"), String::from("b")], &mut blocks);
/// assert_eq!(blocks.0, 3);
/// ```
pub trait Observer {
    /// Whether the walk calls [`content`](Self::content) and [`integer`](Self::integer). Called once, when the walk begins.
    fn wants_content(&self) -> bool {
        false
    }

    /// Whether the walk reports each value. Called once, when the walk begins.
    ///
    /// If `false`, the walk is almost as fast as [`deep_size`](crate::DeepSize::deep_size), but cannot be stopped. It reports only
    /// shared and borrowed memory. It calls:
    ///
    /// - [`shared`](Self::shared) or [`borrowed`](Self::borrowed) for memory that it counts. A block with a single handle may be left
    ///   out. It then belongs to the memory around the handle, as the target of a `Box` does.
    /// - [`exit`](Self::exit) after the contents of counted memory, unless the handle is weak.
    /// - [`known_handles`](Self::known_handles) for other handles and references to memory that is already recorded. A weak handle to
    ///   a live value is not reported.
    /// - `shared` for each part of a buffer, counted or not.
    /// - [`progress`](Self::progress) before each counted `shared` or `borrowed`, before each `exit`, and at the end of the walk. Bytes
    ///   counted between two calls belong to the innermost memory whose contents the walk visits. The size of counted memory is
    ///   added after its event.
    /// - [`opaque`](Self::opaque), [`lower_bound`](Self::lower_bound) and [`contains_root`](Self::contains_root), as in other walks.
    fn wants_values(&self) -> bool {
        true
    }

    /// Handles or references in the current memory to these addresses of shared or borrowed memory, which is already recorded.
    ///
    /// Called only if [`wants_values`](Self::wants_values) returns `false`. The walk does not read the memory again. Some of it may
    /// not have been reported, because it had a single handle. The default does nothing.
    fn known_handles(&mut self, _addresses: &[usize]) {}

    /// Reports the bytes counted so far, without the shallow size of the root. [`Break`](ControlFlow::Break) stops the walk, unless the
    /// observer [does not want values](Self::wants_values).
    ///
    /// Called for the root, and then at least once per 1024 values that may own memory. Between two calls, some impls do other work,
    /// up to a pass over the keys of one map.
    ///
    /// After a stop, each part not yet visited is [opaque](Self::opaque), with [`Reason::Stopped`]. Consecutive parts, such as the
    /// remaining elements of a vector, are one opaque part.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use deep_size_core::observer::{Observer, Reason};
    /// use deep_size_core::{DeepSize, observe};
    ///
    /// /// Stops a walk after this many bytes.
    /// struct AtMost(usize);
    ///
    /// impl Observer for AtMost {
    ///     fn progress(&mut self, heap_size: usize) -> ControlFlow<()> {
    ///         if heap_size < self.0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    ///     }
    ///     fn opaque(&mut self, reason: Reason) {
    ///         assert_eq!(reason, Reason::Stopped);
    ///     }
    /// }
    ///
    /// let texts = vec![String::from("text"); 1_000_000];
    /// assert_eq!(texts.deep_size(), 28_000_024);
    /// let bytes = observe(&texts, &mut AtMost(24_000_000));
    /// // The block of the vector, and at most 1024 texts.
    /// assert!((24_000_000..24_005_000).contains(&bytes));
    /// ```
    fn progress(&mut self, _heap_size: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// The walk enters a value: the root, a field, an element or the target of a pointer.
    ///
    /// This is then the *current* value, until the matching [`exit`](Self::exit).
    fn enter(&mut self, _node: &Node) {}

    /// The walk leaves the current value.
    fn exit(&mut self) {}

    /// A run of values that own nothing. They are reported together, after the [samples](Self::sample) among them.
    fn flat(&mut self, _run: &FlatRun) {}

    /// Selects the values that the walk enters in a run of values that own nothing. 0 is the next value.
    ///
    /// Called at the beginning of a run and after each such range, but not for types without parts, such as `f64`. Integers count
    /// as parts for an observer with [`wants_content`](Self::wants_content). An empty range,
    /// the default, ends the samples of the run. The `role`, `count` and `size` of the run describe the remaining values. The
    /// count is a lower bound if the length of the run is unknown. A run can end inside the range; [`flat`](Self::flat) has its
    /// final count. In a map, the calls for keys and values alternate.
    fn next_samples(&mut self, _run: &FlatRun) -> Range<usize> {
        0..0
    }

    /// The walk enters a value in a run of values that own nothing, as [`next_samples`](Self::next_samples) requested.
    ///
    /// It is then the *current* value, until the matching [`exit`](Self::exit). [`flat`](Self::flat) counts it too.
    fn sample(&mut self, _node: &Node) {}

    /// A field of the current value, which is a union. The fields overlap, and which of them is active is unknown.
    fn union_field(&mut self, _field: &FlatRun) {}

    /// The current value is an enum, and its active variant has this name.
    ///
    /// An `Option` reports only `None`. The contents of `Some` are entered with [`Role::Inner`].
    fn variant(&mut self, _name: &'static str) {}

    /// The current value is the only owner of this block, or of several blocks reported together.
    ///
    /// A block that the walk could not count has 0 bytes and a [`block_count`](Allocation::block_count) of 0.
    fn allocation(&mut self, _allocation: &Allocation) {}

    /// The current value is a handle to a shared block.
    fn shared(&mut self, _event: &SharedEvent) {}

    /// The current value contains the root, because a cycle of handles leads back to it.
    ///
    /// The root is not entered again. Its `shallow_size` bytes are counted with the root, and again as a part of the current value.
    /// Called at most once in a walk.
    fn contains_root(&mut self, _shallow_size: usize) {}

    /// The current value borrows this memory and reports it to be counted. `counted` is `false` if it was counted before.
    fn borrowed(&mut self, _memory: &Allocation, _counted: bool) {}

    /// The bytes of the current value, a text or byte string. Called only if [`wants_content`](Self::wants_content) returns `true`.
    ///
    /// Reported for `String`, `CString`, `OsString`, `PathBuf` and `Vec<u8>`, and for `str`, `[u8]` and similar types behind a
    /// pointer.
    ///
    /// # Examples
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

    /// The value of the current value, an integer of at least 16 bits. A `u128` above `i128::MAX` is reported as `i128::MAX`.
    ///
    /// Called only if [`wants_content`](Self::wants_content) returns `true`.
    fn integer(&mut self, _value: i128) {}

    /// The size in bytes that the blocks of the current collection would have without spare capacity.
    ///
    /// This is the size after `shrink_to_fit`. Buffers and hash tables with this method report it after their blocks.
    fn shrunk_size(&mut self, _bytes: usize) {}

    /// The size in bytes that the blocks of the current B-tree would have if the tree were rebuilt from its entries.
    ///
    /// B-trees report it after their nodes.
    fn rebuilt_size(&mut self, _bytes: usize) {}

    /// A part of the current value was not counted.
    fn opaque(&mut self, _reason: Reason) {}

    /// The counted bytes of the current value are a lower bound. `missing_size` is the largest possible shortfall, if known.
    ///
    /// If [the block is known](Reason::is_in_known_block), the missing bytes are in blocks that the current value reports.
    fn lower_bound(&mut self, _reason: Reason, _missing_size: Option<usize>) {}

    /// The current value, or the last flat run, holds this many references or raw pointers. The walk does not follow them.
    ///
    /// `raw_count` of them may be raw pointers, which may own their targets.
    fn unfollowed(&mut self, _count: usize, _raw_count: usize) {}
}

/// A value that the walk enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// The value's role in its parent.
    pub role: Role,
    /// The name of the value's type, from [`core::any::type_name`].
    pub type_name: &'static str,
    /// The value's shallow size in bytes.
    pub shallow_size: usize,
    /// The alignment of the value's type in bytes, or 0 for several values in one block.
    pub alignment: usize,
    /// The value's address.
    pub address: usize,
    /// Who wrote the code that reports the value.
    pub impl_kind: ImplKind,
    /// Whether the type has a destructor.
    pub needs_drop: bool,
    /// Whether the walk reports each field at its address. For an enum, each field of the active variant.
    ///
    /// All other bytes of the value are then a discriminant, padding, or unused by the active variant.
    pub has_all_fields: bool,
    /// The names of the type's variants, if it is an enum with [all fields](Self::has_all_fields).
    pub variants: &'static [&'static str],
    /// The size of the discriminant in bytes, or 0 if the declaration does not determine it.
    pub discriminant_size: usize,
    /// Whether the type is a struct with `repr(C)`, whose fields are in the order of the declaration.
    pub has_declared_order: bool,
    /// Whether the parent has no other parts after this one. Its next event is then its [`exit`](Observer::exit).
    ///
    /// The last part may also have `false`. An observer can forget the parent of a last part, so a list takes constant memory.
    pub is_last: bool,
}

impl Node {
    /// Whether the value may own memory or handles that its impl leaves out.
    #[inline]
    #[must_use]
    pub fn may_hide_parts(&self) -> bool {
        self.needs_drop && self.impl_kind == ImplKind::Manual
    }
}

/// Who wrote the code that reports a value, and so whether it reports every part.
///
/// Ordered from the most complete to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ImplKind {
    /// This crate. Each part of the value is reported.
    BuiltIn,
    /// The derive. Each field is reported, and each active variant.
    Derived,
    /// Someone else: a hand-written impl, or a function of a field.
    ///
    /// It may leave out parts of the value, and variants. The derive with `#[deep_size(flat)]` or `#[deep_size(opaque)]` leaves
    /// out all of them.
    Manual,
}

/// The role of a value in its parent: how the walk reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The value being measured.
    Root,
    /// The field of this name. Fields of tuples are named `0`, `1`, ….
    Field(&'static str),
    /// The element at this position of the iteration.
    Element(usize),
    /// The key of the entry at this position of the iteration.
    Key(usize),
    /// The value of the entry at this position of the iteration.
    Value(usize),
    /// The contents of a transparent wrapper: `Option`, `RefCell`, `Mutex`.
    Inner,
    /// The target of an owning pointer.
    Pointee,
    /// The target of a shared handle.
    Shared,
    /// The target of a reference, counted on request.
    Borrowed,
}

/// A run of values of one type that own nothing outside themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlatRun {
    /// The role of the first value.
    pub role: Role,
    /// The name of the values' type.
    pub type_name: &'static str,
    /// The address of the first value, if it is known.
    pub address: Option<usize>,
    /// The alignment of the values in bytes.
    pub alignment: usize,
    /// The number of values.
    pub count: usize,
    /// The sum of the shallow sizes, in bytes.
    pub size: usize,
    /// Whether the type has a destructor. Then the values may own memory or handles that the walk does not visit.
    pub needs_drop: bool,
}

impl FlatRun {
    /// One value.
    #[inline]
    pub(crate) fn one<T: ?Sized>(role: Role, value: &T) -> Self {
        Self {
            role,
            type_name: any::type_name::<T>(),
            address: Some(ptr::from_ref(value).addr()),
            alignment: align_of_val(value),
            count: 1,
            size: size_of_val(value),
            needs_drop: mem::needs_drop::<T>(),
        }
    }

    /// Several values.
    #[inline]
    pub(crate) fn several<T>(role: Role, first: Option<*const T>, count: usize) -> Self {
        Self {
            role,
            type_name: any::type_name::<T>(),
            address: first.map(<*const T>::addr),
            alignment: align_of::<T>(),
            count,
            size: count.saturating_mul(size_of::<T>()),
            needs_drop: mem::needs_drop::<T>(),
        }
    }
}

/// A heap block owned by one value, or several blocks that are reported together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allocation {
    /// An address inside the block, if one is accessible to safe code.
    ///
    /// It is the address of an element for a hash table or a B-tree node, and usually the block's start otherwise.
    pub address: Option<usize>,
    /// The layout that was requested from the allocator. For several blocks, the sum of their sizes, with an alignment of 1.
    pub layout: Layout,
    /// The bytes of the layout that are in use. The rest is spare capacity.
    pub used_size: usize,
    /// The number of blocks: 1, unless only the sum of several blocks is known.
    ///
    /// 0 for a block that was not counted, because its size is unknown or the block may not exist. `address` is `None` if an opaque
    /// part or a lower bound lacks a block whose address is unknown too.
    pub block_count: usize,
}

impl Allocation {
    /// The spare capacity: the bytes of the block that hold no element.
    ///
    /// # Examples
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

/// A block that several handles can own together.
///
/// Two handles with equal `address` are handles to one block.
///
/// # Examples
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
    /// The number of strong handles, if known.
    pub strong_count: Option<usize>,
    /// The number of weak handles, if known.
    pub weak_count: Option<usize>,
}

impl SharedBlock {
    /// A block at `pointer`, with unknown handle counts.
    #[inline]
    #[must_use]
    pub fn new<P: ?Sized>(pointer: *const P, layout: Layout) -> Self {
        Self { address: pointer.cast::<()>().addr(), layout, strong_count: None, weak_count: None }
    }

    /// Sets the number of strong handles.
    ///
    /// With a count of 1 and no weak handle, the handle is unique, so the walk does not record the block. A count of 0 means
    /// that the contents were dropped.
    #[inline]
    #[must_use]
    pub fn with_strong_count(self, count: usize) -> Self {
        Self { strong_count: Some(count), ..self }
    }

    /// Sets the number of weak handles, 0 if the handle type has no weak form.
    ///
    /// Without this count, a report assumes weak handles outside the value: it cannot claim that a drop frees the block.
    #[inline]
    #[must_use]
    pub fn with_weak_count(self, count: usize) -> Self {
        Self { weak_count: Some(count), ..self }
    }

    /// Whether the value begins inside the block.
    pub(crate) fn contains<T: ?Sized>(&self, value: &T) -> bool {
        core::ptr::from_ref(value).addr().wrapping_sub(self.address) < self.layout.size()
    }
}

/// The visit of one handle to a shared block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedEvent {
    /// The block.
    pub block: SharedBlock,
    /// Whether the handle keeps the contents alive or only the block.
    pub handle: Handle,
    /// Whether this handle added the block to the total: the first strong handle does, or the first weak one if the contents
    /// were dropped.
    pub counted: bool,
    /// For a [part of a buffer](crate::Walker::shared_slice), the start of known addresses that it overlaps or adjoins.
    ///
    /// Such a part is not a new allocation.
    pub extends: Option<usize>,
    /// The start of the known addresses after this part, if it joins them to the known addresses that begin at
    /// [`extends`](Self::extends).
    ///
    /// Later events refer to the joined addresses by the `extends` of this event.
    pub joins: Option<usize>,
    /// Whether the last event was of the same handle. A handle to a part of a buffer reports each run of new addresses.
    pub is_same_handle: bool,
}

impl SharedEvent {
    /// The visit of a handle to a whole block, or to a part that touches no known addresses.
    #[inline]
    pub(crate) fn new(block: SharedBlock, handle: Handle, counted: bool) -> Self {
        Self { block, handle, counted, extends: None, joins: None, is_same_handle: false }
    }
}

/// The two kinds of shared handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handle {
    /// Keeps the block and its contents alive: `Rc`, `Arc`.
    Strong,
    /// Keeps only the block alive: `rc::Weak`, `sync::Weak`.
    Weak,
}
