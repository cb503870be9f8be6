use core::alloc::Layout;
use core::fmt;

use crate::stack::Stack;
use crate::{
    Allocation, DeepSize, FlatRun, Handle, Meeting, Node, Observer, Reason, Role, Seen, SharedBlock,
};

/// One walk over a value, to which every [`DeepSize`] impl reports what the value owns.
///
/// The methods fall into three groups: *parts* that lie inside the value ([`field`](Self::field),
/// [`inner`](Self::inner), [`variant`](Self::variant)), *memory* outside it ([`allocation`](Self::allocation),
/// [`pointee`](Self::pointee), [`shared`](Self::shared), [`weak`](Self::weak), [`borrowed`](Self::borrowed)) with the
/// values that lie there ([`elements`](Self::elements), [`entries`](Self::entries)), and what
/// [cannot be measured](Self::opaque).
///
/// Without an observer the walk only adds up bytes. With one, the same calls tell it what is met on the way.
pub struct Walker<'w> {
    bytes: usize,
    opaque: usize,
    pub(crate) stack: Stack,
    seen: &'w mut Seen,
    observer: Option<&'w mut (dyn Observer + 'w)>,
}

/// Parts inside the value.
impl Walker<'_> {
    /// Goes into a field: everything it owns belongs to the value.
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct User {
    ///     id: u64,
    ///     name: String,
    /// }
    ///
    /// impl DeepSize for User {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.field("id", &self.id);
    ///         walker.field("name", &self.name);
    ///     }
    /// }
    ///
    /// let user = User { id: 1, name: "Ada".to_owned() };
    /// assert_eq!(user.deep_size(), 32 + 3);
    /// ```
    #[inline]
    pub fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.visit(|| Role::Field(name), value);
    }

    /// Goes into a field whose memory `walk` reports, for a type that does not implement [`DeepSize`].
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// // Belongs to another crate.
    /// struct Foreign(String);
    ///
    /// struct Mine {
    ///     foreign: Foreign,
    /// }
    ///
    /// impl DeepSize for Mine {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.field_with("foreign", &self.foreign, |foreign, walker| walker.inner(&foreign.0));
    ///     }
    /// }
    /// assert_eq!(Mine { foreign: Foreign("abc".into()) }.heap_size(), 3);
    /// ```
    #[inline]
    pub fn field_with<T, F>(&mut self, name: &'static str, value: &T, walk: F)
    where
        T: ?Sized,
        F: FnOnce(&T, &mut Walker<'_>),
    {
        if self.observer.is_none() {
            walk(value, self);
        } else {
            let node = node(Role::Field(name), core::any::type_name::<T>(), value);
            walk(value, self.enter(&node).walker);
        }
    }

    /// Passes over a field that owns nothing, whether or not its type implements [`DeepSize`].
    #[inline]
    pub fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        if let Some(observer) = &mut self.observer {
            let type_name = core::any::type_name::<T>();
            observer.flat(&FlatRun {
                role: Role::Field(name),
                type_name,
                count: 1,
                bytes: size_of_val(value),
            });
        }
    }

    /// Goes into the contents of a wrapper that adds no meaning of its own, as `Option` and `RefCell` do.
    #[inline]
    pub fn inner<T: DeepSize + ?Sized>(&mut self, value: &T) {
        self.visit(|| Role::Inner, value);
    }

    /// Names the active variant of an enum, before its fields.
    #[inline]
    pub fn variant(&mut self, name: &'static str) {
        if let Some(observer) = &mut self.observer {
            observer.variant(name);
        }
    }
}

/// Memory outside the value.
impl Walker<'_> {
    /// Reports a block that the value owns alone: an address in it (null if none is known), the layout that was requested
    /// from the allocator, and how many of its bytes are in use.
    ///
    /// A layout of zero bytes is no block and is ignored. The values that lie in the block are reported next, with
    /// [`elements`](Self::elements) or [`entries`](Self::entries).
    #[inline]
    pub fn allocation<P: ?Sized>(&mut self, block: *const P, layout: Layout, used: usize) {
        self.bytes = self.bytes.saturating_add(layout.size());
        if self.is_observed() {
            self.tell_allocation(&memory(block, layout, used));
        }
    }

    /// Goes into a value in a block of its own, as behind a `Box`: reports the block, then what is in it.
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct Pointer(*mut [u64; 4]);
    ///
    /// impl DeepSize for Pointer {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         // SAFETY: the pointer comes from `Box::into_raw` and is freed by none but `Drop`.
    ///         walker.pointee(unsafe { &*self.0 });
    ///     }
    /// }
    /// # impl Drop for Pointer {
    /// #     fn drop(&mut self) {
    /// #         drop(unsafe { Box::from_raw(self.0) });
    /// #     }
    /// # }
    ///
    /// assert_eq!(Pointer(Box::into_raw(Box::new([0; 4]))).heap_size(), 32);
    /// ```
    #[inline]
    pub fn pointee<T: DeepSize + ?Sized>(&mut self, value: &T) {
        self.allocation(value, Layout::for_value(value), size_of_val(value));
        self.descend(|| Role::Pointee, value);
    }

    /// Reports a handle that keeps `block` and the `value` in it alive, as `Rc` and `Arc` do.
    ///
    /// The first meeting counts the block and goes into the value; later ones add nothing. For a block whose contents own
    /// nothing more, such as a buffer of bytes, any flat value will do. A block of zero bytes is ignored.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size_core::{DeepSize, SharedBlock, Walker};
    /// # use core::alloc::Layout;
    ///
    /// /// A slice of a shared buffer.
    /// #[derive(Clone)]
    /// struct Slice {
    ///     buffer: Arc<Vec<u8>>,
    ///     length: usize,
    /// }
    ///
    /// impl DeepSize for Slice {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let counts = [0_usize; 2];
    ///         let layout = Layout::for_value(&counts).extend(Layout::new::<Vec<u8>>()).unwrap().0;
    ///         let block = SharedBlock::new(Arc::as_ptr(&self.buffer), layout);
    ///         walker.shared(block.with_counts(Arc::strong_count(&self.buffer), 0), &*self.buffer);
    ///     }
    /// }
    ///
    /// let slice = Slice { buffer: Arc::new(vec![0; 100]), length: 10 };
    /// let two = [slice.clone(), slice];
    /// assert_eq!(two.heap_size(), 16 + 24 + 100);
    /// ```
    #[inline]
    pub fn shared<T: DeepSize + ?Sized>(&mut self, block: SharedBlock, value: &T) {
        if self.meet(block, Handle::Strong) {
            self.descend(|| Role::Shared, value);
        }
    }

    /// Reports a handle that keeps `block` alive but not the value in it, as `rc::Weak` does.
    ///
    /// Adds nothing while a strong handle lives. Once none does, that is when the block's strong count is `Some(0)`, the
    /// weak handles own the block, and the first one met counts it.
    pub fn weak(&mut self, block: SharedBlock) {
        if block.strong == Some(0) {
            self.meet(block, Handle::Weak);
        } else if self.is_observed() {
            self.tell_shared(&Meeting { block, handle: Handle::Weak, counted: false });
        }
    }

    /// Counts what a reference points to, once per address, with everything it owns.
    ///
    /// By default a reference owns nothing. A type whose references are the only ones to what they point to can report
    /// it here (or with `#[deep_size(borrowed)]`); targets that overlap without beginning at the same address are each
    /// counted whole.
    pub fn borrowed<T: DeepSize + ?Sized>(&mut self, value: &T) {
        let layout = Layout::for_value(value);
        if layout.size() == 0 {
            return;
        }
        let memory = memory(value, layout, layout.size());
        let counted = self.seen.insert(memory.address.unwrap_or_default());
        if let Some(observer) = &mut self.observer {
            observer.borrowed(&memory, counted);
        }
        if counted {
            self.bytes = self.bytes.saturating_add(layout.size());
            self.descend(|| Role::Borrowed, value);
        }
    }

    /// Goes into the elements of a collection, each of which lies in memory already reported.
    ///
    /// Elements of a [flat](DeepSize::is_flat) type are not visited.
    #[inline]
    pub fn elements<'e, T, I>(&mut self, elements: I)
    where
        T: DeepSize + 'e,
        I: IntoIterator<Item = &'e T>,
    {
        if !T::is_flat() {
            self.on_a_stack(move |walker| {
                let mut index = 0;
                elements.into_iter().for_each(|element| {
                    walker.visit(|| Role::Element(index), element);
                    index += 1;
                });
            });
        } else if self.is_observed() {
            self.flat_run::<T>(Role::Element(0), elements.into_iter().count());
        }
    }

    /// Goes into the keys and values of a map, which lie in memory already reported.
    #[inline]
    pub fn entries<'e, K, V, I>(&mut self, entries: I)
    where
        K: DeepSize + 'e,
        V: DeepSize + 'e,
        I: IntoIterator<Item = (&'e K, &'e V)>,
    {
        let (flat_keys, flat_values) = (K::is_flat(), V::is_flat());
        let mut count = 0;
        if !(flat_keys && flat_values) {
            let count = &mut count;
            self.on_a_stack(move |walker| {
                entries.into_iter().for_each(|(key, value)| {
                    if !flat_keys {
                        walker.visit(|| Role::Key(*count), key);
                    }
                    if !flat_values {
                        walker.visit(|| Role::Value(*count), value);
                    }
                    *count += 1;
                });
            });
        } else if self.is_observed() {
            count = entries.into_iter().count();
        }
        if self.is_observed() {
            if flat_keys {
                self.flat_run::<K>(Role::Key(0), count);
            }
            if flat_values {
                self.flat_run::<V>(Role::Value(0), count);
            }
        }
    }
}

/// What cannot be measured, and questions about the walk.
impl Walker<'_> {
    /// Reports that part of the value could not be measured, or only from below.
    #[inline]
    pub fn opaque(&mut self, reason: Reason) {
        self.opaque += 1;
        if let Some(observer) = &mut self.observer {
            observer.opaque(reason);
        }
    }

    /// Whether someone watches the walk, so that detail beyond the total is worth reporting.
    #[inline]
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.observer.is_some()
    }
}

impl<'w> Walker<'w> {
    #[inline]
    pub(crate) fn new(seen: &'w mut Seen) -> Self {
        Self { bytes: 0, opaque: 0, stack: Stack::here(), seen, observer: None }
    }

    pub(crate) fn observed(seen: &'w mut Seen, observer: &'w mut (dyn Observer + 'w)) -> Self {
        Self { observer: Some(observer), ..Self::new(seen) }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn opaque_parts(&self) -> usize {
        self.opaque
    }

    /// Goes into a value that lies inside, or right behind, memory already counted.
    #[inline]
    pub(crate) fn visit<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        if self.observer.is_none() {
            let bytes = value.sum_owned(self);
            self.bytes = self.bytes.saturating_add(bytes);
        } else {
            self.visit_observed(role, value);
        }
    }

    // What happens only under observation stands in functions of its own, so that the frames of a plain walk stay small:
    // a long list has ten million of them on the stack.

    #[inline(never)]
    fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        let node = node(role(), value.type_name(), value);
        value.walk_owned(self.enter(&node).walker);
    }

    /// All that a value owns, when nobody watches and nothing has been added up yet.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        let bytes = value.sum_owned(self);
        bytes.saturating_add(self.bytes)
    }

    /// What a value and the block it lies in take, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_pointee<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        // Written out, and added up in both branches, so that the compiler can make a loop of a list.
        if self.stack.is_low() {
            self.on_a_fresh_stack(move |walker| size_of_val(value) + value.sum_owned(walker))
        } else {
            size_of_val(value) + value.sum_owned(self)
        }
    }

    /// The deep sizes of the elements of a slice, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_slice<T: DeepSize>(&mut self, elements: &[T]) -> usize {
        self.on_a_stack(move |walker| {
            elements.iter().fold(0, |bytes, element| bytes + size_of::<T>() + element.sum_owned(walker))
        })
    }

    /// What the elements of a collection own, when nobody watches.
    #[inline]
    pub(crate) fn sum_elements<'e, T, I>(&mut self, elements: I) -> usize
    where
        T: DeepSize + 'e,
        I: IntoIterator<Item = &'e T>,
    {
        if T::is_flat() {
            return 0;
        }
        self.on_a_stack(move |walker| {
            elements.into_iter().fold(0, |bytes, element| bytes + element.sum_owned(walker))
        })
    }

    /// Goes into a value behind a pointer, where recursion may have no end but the stack's.
    #[inline]
    fn descend<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        self.on_a_stack(move |walker| walker.visit(role, value));
    }

    /// Counts the block unless it was met before, and says whether it did.
    #[inline]
    fn meet(&mut self, block: SharedBlock, handle: Handle) -> bool {
        let counted = self.is_first(&block);
        if counted {
            self.bytes = self.bytes.saturating_add(block.layout.size());
        }
        if self.is_observed() && block.layout.size() > 0 {
            self.tell_shared(&Meeting { block, handle, counted });
        }
        counted
    }

    /// Whether a handle on the block is met for the first time; from now on it is not.
    #[inline]
    fn is_first(&mut self, block: &SharedBlock) -> bool {
        // The only handle on a block cannot be followed by another, so there is nothing to remember.
        let is_unique = block.strong == Some(1) && !self.seen.remembers_unique();
        block.layout.size() > 0 && (is_unique || self.seen.insert(block.address))
    }

    /// What a shared handle adds, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_shared<T: DeepSize + ?Sized>(&mut self, block: &SharedBlock, value: &T) -> usize {
        if !self.is_first(block) {
            return 0;
        }
        let size = block.layout.size();
        self.on_a_stack(move |walker| size + value.sum_owned(walker))
    }

    /// Tells the observer of values that own nothing.
    #[inline]
    fn flat_run<T>(&mut self, role: Role, count: usize) {
        if self.is_observed() && count > 0 {
            self.tell_flat::<T>(role, count, count * size_of::<T>());
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_flat<T: ?Sized>(&mut self, role: Role, count: usize, bytes: usize) {
        if let Some(observer) = &mut self.observer {
            observer.flat(&FlatRun { role, type_name: core::any::type_name::<T>(), count, bytes });
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_allocation(&mut self, allocation: &Allocation) {
        if let (Some(observer), 1..) = (&mut self.observer, allocation.layout.size()) {
            observer.allocation(allocation);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_shared(&mut self, meeting: &Meeting) {
        if let Some(observer) = &mut self.observer {
            observer.shared(meeting);
        }
    }

    fn enter(&mut self, node: &Node) -> Entered<'_, 'w> {
        if let Some(observer) = &mut self.observer {
            observer.enter(node);
        }
        Entered { walker: self }
    }
}

impl fmt::Debug for Walker<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Walker")
            .field("bytes", &self.bytes)
            .field("opaque_parts", &self.opaque)
            .field("is_observed", &self.is_observed())
            .finish_non_exhaustive()
    }
}

/// A value that the observer was told of; dropping this tells it that the walk has left the value, also when an impl
/// panics.
struct Entered<'a, 'w> {
    walker: &'a mut Walker<'w>,
}

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        if let Some(observer) = &mut self.walker.observer {
            observer.exit();
        }
    }
}

fn node<T: ?Sized>(role: Role, type_name: &'static str, value: &T) -> Node {
    let address = core::ptr::from_ref(value).cast::<()>().addr();
    Node { role, type_name, shallow: size_of_val(value), address }
}

fn memory<P: ?Sized>(block: *const P, layout: Layout, used: usize) -> Allocation {
    let address = block.cast::<()>().addr();
    Allocation { address: (address != 0).then_some(address), layout, used }
}
