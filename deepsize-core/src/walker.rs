mod blocks;
mod flat_run;
mod last_part;
mod observed;
mod plain;
mod watch;

use core::alloc::Layout;
use core::{any, fmt, ptr};

use self::blocks::memory;
use self::flat_run::FlatValues;
pub(crate) use self::flat_run::Pointer;
pub use self::last_part::LastPart;
pub(crate) use self::last_part::Part;
pub(crate) use self::watch::Watch;
use crate::observer::{Allocation, FlatRun, Handle, ImplKind, Node, Reason, Role, SharedBlock, SharedEvent};
use crate::walk::{Stack, Visited, WalkState};
use crate::{DeepSize, Size};

/// One walk over a value. Each [`DeepSize`] impl reports the memory of its value here.
///
/// - *Parts* inside the value: [`field`](Self::field), [`field_with`](Self::field_with), [`flat_field`](Self::flat_field),
///   [`inner`](Self::inner), [`variant`](Self::variant).
/// - *Memory* outside it: [`allocation`](Self::allocation), [`allocations`](Self::allocations), [`pointee`](Self::pointee),
///   [`shared`](Self::shared), [`shared_with`](Self::shared_with), [`shared_slice`](Self::shared_slice), [`weak`](Self::weak),
///   [`borrowed`](Self::borrowed).
/// - *Values* in that memory: [`elements`](Self::elements), [`entries`](Self::entries),
///   [`elements_with`](Self::elements_with), [`entries_with`](Self::entries_with).
/// - Parts that cannot be measured: [`opaque`](Self::opaque).
///
/// Without an observer, the walk only adds up bytes. With one, the same calls report each value and block.
pub struct Walker<'w> {
    state: WalkState<'w>,
    observer: Watch<'w>,
    /// Whether each value is visited, for an observer or to find the root.
    is_observed: bool,
    /// Whether the walk only counts the pointers in values that own nothing.
    is_in_flat_run: bool,
    /// Whether the walk is in a sample of such values. It then reports values without parts by one event.
    is_in_sample: bool,
    wants_content: bool,
    /// Whether the observer stopped the walk.
    is_stopped: bool,
}

/// Parts inside the value.
impl Walker<'_> {
    /// Visits a field. The value owns everything that the field owns.
    ///
    /// # Examples
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
        self.descend(Role::Field(name), value);
    }

    /// Visits a field of a type that does not implement [`DeepSize`]. `walk` reports the field's memory.
    ///
    /// The module [`with`](crate::with) has functions for `walk`.
    ///
    /// # Examples
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
        self.descend_with(Role::Field(name), value, walk);
    }

    /// Reports a field that owns nothing. Its type need not implement [`DeepSize`].
    ///
    /// The field adds no bytes. It only appears in reports.
    #[inline]
    pub fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.emit_flat(|| FlatRun::one(Role::Field(name), value));
    }

    /// Visits the value inside a transparent wrapper, such as `Option` or `RefCell`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct Meters<T>(T);
    ///
    /// impl<T: DeepSize> DeepSize for Meters<T> {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.inner(&self.0);
    ///     }
    /// }
    /// assert_eq!(Meters(vec![1.5, 2.5]).heap_size(), 16);
    /// ```
    #[inline]
    pub fn inner<T: DeepSize + ?Sized>(&mut self, value: &T) {
        self.descend(Role::Inner, value);
    }

    /// Reports the name of an enum's active variant. Call it before reporting the fields.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// enum Shape {
    ///     Point,
    ///     Polygon(Vec<(f64, f64)>),
    /// }
    ///
    /// impl DeepSize for Shape {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         match self {
    ///             Self::Point => walker.variant("Point"),
    ///             Self::Polygon(corners) => {
    ///                 walker.variant("Polygon");
    ///                 walker.field("0", corners);
    ///             }
    ///         }
    ///     }
    /// }
    /// assert_eq!(Shape::Polygon(vec![(0.0, 0.0); 3]).heap_size(), 48);
    /// assert_eq!(Shape::Point.heap_size(), 0);
    /// ```
    #[inline]
    pub fn variant(&mut self, name: &'static str) {
        if let Some(observer) = self.observer.values() {
            observer.variant(name);
        }
    }
}

/// Memory outside the value.
impl Walker<'_> {
    /// Reports a heap block that no other value owns.
    ///
    /// - `block`: an address in the block, or null if none is known.
    /// - `layout`: the layout that was requested from the allocator. A layout of zero bytes is ignored.
    /// - `used`: how many bytes of the block are in use. The rest is spare capacity.
    ///
    /// Report the values in the block next, with [`elements`](Self::elements) or [`entries`](Self::entries).
    #[inline]
    pub fn allocation<P: ?Sized>(&mut self, block: *const P, layout: Layout, used: usize) {
        self.report_allocation(block.cast(), layout, used);
    }

    /// Reports several heap blocks, each of unknown size, by their number and their total size in bytes.
    ///
    /// `used` is the number of bytes in use. No other value may own the blocks. Report blocks of known size separately with
    /// [`allocation`](Self::allocation), so that an audit can match each.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// /// Chunks of memory that belong to another crate, which exposes only their number and their total size.
    /// struct Arena {
    ///     chunk_count: usize,
    ///     allocated: usize,
    ///     used: usize,
    /// }
    ///
    /// impl DeepSize for Arena {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.allocations(self.chunk_count, self.allocated, self.used);
    ///     }
    /// }
    /// assert_eq!(Arena { chunk_count: 3, allocated: 3584, used: 3000 }.heap_size(), 3584);
    /// ```
    #[inline]
    pub fn allocations(&mut self, block_count: usize, size: usize, used: usize) {
        // `isize::MAX` is the largest size of a layout. A larger sum saturates.
        let size = if block_count > 0 { size.min(isize::MAX as usize) } else { 0 };
        // Each block has at least one byte.
        let block_count = block_count.min(size);
        self.state.add(size);
        if let (Some(observer), 1.., Ok(layout)) =
            (self.observer.values(), size, Layout::from_size_align(size, 1))
        {
            observer.allocation(&Allocation { address: None, layout, used_size: used, block_count });
        }
    }

    /// Reports a block that holds one value, such as the target of a `Box`, and visits the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct Pointer(*mut [u64; 4]);
    ///
    /// impl DeepSize for Pointer {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         // SAFETY: the pointer comes from `Box::into_raw` and only `Drop` frees it.
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
        self.report_target(value);
        self.descend(Role::Pointee, value);
    }

    /// Reports a handle that keeps `block` and the `value` in it alive, as `Rc` and `Arc` do.
    ///
    /// The first handle counts the block and visits the value. Later handles to the block add nothing. If the contents own no
    /// further memory, such as a buffer of bytes, `value` can be any flat value. A block of zero bytes is ignored.
    ///
    /// An impl must not clone a strong handle during the walk. The walk does not record a block whose counts show a single
    /// handle, so the block could be counted twice. Upgrading a weak handle is allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size_core::{DeepSize, SharedBlock, Walker};
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
    ///         walker.shared(SharedBlock::of_arc(&self.buffer), &*self.buffer);
    ///     }
    /// }
    ///
    /// let slice = Slice { buffer: Arc::new(vec![0; 100]), length: 10 };
    /// let two = [slice.clone(), slice];
    /// assert_eq!(two.heap_size(), 16 + 24 + 100);
    /// ```
    #[inline]
    pub fn shared<T: DeepSize + ?Sized>(&mut self, block: SharedBlock, value: &T) {
        if self.visit_shared(block, Handle::Strong) {
            self.shared_contents(block, value);
        }
    }

    /// Visits the contents of a new shared block.
    #[inline]
    pub(crate) fn shared_contents<T: DeepSize + ?Sized>(&mut self, block: SharedBlock, value: &T) {
        if !block.contains(value) {
            // The value may be the handle itself, at the address of the root. That is no cycle.
            self.state.leave_shared();
        }
        self.in_block(|walker| walker.descend_into(Role::Shared, value));
        self.state.follow_shared();
    }

    /// Reports a handle to `block` as [`shared`](Self::shared) does. `walk` reports the memory of the value.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn shared_value_with<T: ?Sized>(
        &mut self,
        block: SharedBlock,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        if self.visit_shared(block, Handle::Strong) {
            self.in_block(|walker| walker.descend_with(Role::Shared, value, walk));
        }
    }

    /// Reports a handle to `block` as [`shared`](Self::shared) does, and calls `walk` to report the contents.
    ///
    /// Use it where the values in a block are accessible one by one, but not as a slice. Together they take `bytes` of the
    /// block, and an observer receives them as one value of type `T`. The first handle counts the block and calls `walk`. Later
    /// handles add nothing. Returns whether the handle was the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::OnceCell;
    /// use std::rc::Rc;
    /// use deep_size_core::{DeepSize, SharedBlock, Walker};
    ///
    /// /// A handle to a chunk with room for eight strings.
    /// #[derive(Clone)]
    /// struct Chunk(Rc<[OnceCell<String>; 8]>);
    ///
    /// impl DeepSize for Chunk {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let strings = self.0.iter().filter_map(OnceCell::get);
    ///         let bytes = strings.clone().count() * size_of::<String>();
    ///         walker.shared_with::<[String], _>(SharedBlock::of_rc(&self.0), bytes, |walker| {
    ///             walker.elements(strings);
    ///         });
    ///     }
    /// }
    ///
    /// let chunk = Chunk(Rc::default());
    /// chunk.0[0].set(String::from("first")).unwrap();
    /// let two = [chunk.clone(), chunk];
    /// assert_eq!(two.heap_size(), 16 + 8 * 24 + 5);
    /// ```
    #[inline]
    pub fn shared_with<T, F>(&mut self, block: SharedBlock, bytes: usize, walk: F) -> bool
    where
        T: ?Sized,
        F: FnOnce(&mut Walker<'_>),
    {
        let counted = self.visit_shared(block, Handle::Strong);
        if counted {
            let bytes = bytes.min(block.layout.size());
            self.in_block(|walker| {
                walker.on_stack((), move |walker| {
                    if walker.is_observed() {
                        let values = Node {
                            role: Role::Shared,
                            type_name: any::type_name::<T>(),
                            shallow_size: bytes,
                            alignment: 0,
                            address: block.address,
                            impl_kind: ImplKind::Manual,
                            // The type only names the contents. The impl of the handle decides which parts are reported.
                            needs_drop: false,
                            has_all_fields: false,
                            variants: &[],
                            discriminant_size: 0,
                            has_declared_order: false,
                            is_last: false,
                        };
                        if let Some(entered) = walker.enter(&values) {
                            walk(entered.0);
                        }
                    } else {
                        walk(walker);
                    }
                })
            });
        }
        counted
    }

    /// Reports a handle that shows `slice`, a part of a shared buffer whose block is not exposed.
    ///
    /// Only new bytes and elements count, so handles to overlapping or adjoining parts count their union once, as one
    /// allocation. The count is a [lower bound](Self::lower_bound), because the size of the buffer is unknown.
    ///
    /// Set `is_unique` if this is the only handle on the buffer. Do not report a handle that may refer to a static.
    ///
    /// Besides visiting the elements, takes time logarithmic in the number of separate parts. If there is no memory to record a
    /// part, it is [opaque](Self::opaque).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size_core::{DeepSize, Size, Walker};
    ///
    /// /// A view of a buffer that belongs to another crate.
    /// struct View {
    ///     bytes: Arc<[u8]>,
    ///     range: std::ops::Range<usize>,
    /// }
    ///
    /// impl DeepSize for View {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.shared_slice(&self.bytes[self.range.clone()], Arc::strong_count(&self.bytes) == 1);
    ///     }
    /// }
    ///
    /// let bytes: Arc<[u8]> = [7; 100].into();
    /// let views = [View { bytes: bytes.clone(), range: 0..60 }, View { bytes, range: 50..80 }];
    /// let size = Size::of(&views);
    /// assert_eq!(size.deep_size, size_of_val(&views) + 80);
    /// assert_eq!(size.lower_bound_count, 2);
    /// ```
    pub fn shared_slice<T: DeepSize>(&mut self, slice: &[T], is_unique: bool) {
        self.lower_bound(Reason::Slice, None);
        let start = slice.as_ptr().addr();
        self.shared_part(start..start.saturating_add(size_of_val(slice)), slice, is_unique);
    }

    /// Reports a handle that keeps `block` alive, but not the value in it, as `rc::Weak` does.
    ///
    /// While a strong handle exists, this adds nothing. If the block's strong count is `Some(0)`, the weak handles own the block,
    /// and the first of them counts it.
    pub fn weak(&mut self, block: SharedBlock) {
        if block.strong_count == Some(0) {
            self.visit_shared(block, Handle::Weak);
        } else if let Some(observer) = self.observer.values() {
            observer.shared(&SharedEvent::new(block, Handle::Weak, false));
        }
    }

    /// Counts the target of a reference and everything that the target owns, once per address.
    ///
    /// By default, a reference owns nothing. A type can report borrowed memory here, or with `#[deep_size(borrowed)]`, if nothing
    /// else in the measured value owns it.
    ///
    /// A target is identified by its start address. If several targets start at the same address, only the first is counted,
    /// whatever their sizes. Targets that overlap in another way are all counted in full. A block behind a unique handle counts
    /// twice if the walk reaches the handle both through its owner and through a reference.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct Tokens<'s>(&'s str, &'s str);
    ///
    /// impl DeepSize for Tokens<'_> {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.borrowed(self.0);
    ///         walker.borrowed(self.1);
    ///     }
    /// }
    /// let word = "once";
    /// assert_eq!(Tokens(word, word).heap_size(), 4);
    /// ```
    pub fn borrowed<T: DeepSize + ?Sized>(&mut self, value: &T) {
        let layout = Layout::for_value(value);
        if layout.size() == 0 {
            return;
        }
        let memory = memory(ptr::from_ref(value).cast(), layout, layout.size());
        let counted = self.record(memory.address.unwrap_or_default());
        if let Some(observer) = self.next_event(counted) {
            observer.borrowed(&memory, counted);
        }
        if counted {
            self.state.follow_shared();
            self.state.add(layout.size());
            self.in_block(|walker| walker.descend_into(Role::Borrowed, value));
        }
    }

    /// Visits the elements of a collection. First report the memory that contains them.
    ///
    /// Elements of a [flat](DeepSize::is_flat) type are visited only if an observer requests samples. Without an observer, the call then takes constant time.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::alloc::Layout;
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// /// Up to four strings in one block.
    /// struct Few(Box<[Option<String>; 4]>);
    ///
    /// impl DeepSize for Few {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let layout = Layout::for_value(&*self.0);
    ///         let used = self.0.iter().flatten().count() * size_of::<String>();
    ///         walker.allocation(self.0.as_ptr(), layout, used);
    ///         walker.elements(self.0.iter().flatten());
    ///     }
    /// }
    /// let few = Few(Box::new([Some("one".into()), Some("two".into()), None, None]));
    /// assert_eq!(few.heap_size(), 4 * 24 + 6);
    /// ```
    #[inline]
    pub fn elements<'e, T, I>(&mut self, elements: I)
    where
        T: DeepSize + 'e,
        I: IntoIterator<Item = &'e T>,
    {
        if !T::is_flat() {
            self.on_stack((), move |walker| {
                walker.for_each(elements.into_iter().enumerate(), |walker, (index, element)| {
                    walker.visit_element(Role::Element(index), element);
                });
            });
        } else if self.observer.has_values() {
            self.observe_flat_run(Role::Element, elements);
        }
    }

    /// Visits elements of a type that does not implement [`DeepSize`]. `walk` reports the memory of each element.
    ///
    /// First report the memory that contains the elements. For containers of the standard library,
    /// [`with::each`](crate::with::each) does both. Takes time linear in the number of elements.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::alloc::Layout;
    /// use deep_size_core::{DeepSize, Walker, with};
    ///
    /// /// Belongs to another crate.
    /// struct Foreign(u64);
    ///
    /// struct Stack(Vec<Foreign>);
    ///
    /// impl DeepSize for Stack {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let layout = Layout::array::<Foreign>(self.0.capacity()).unwrap();
    ///         walker.allocation(self.0.as_ptr(), layout, size_of_val(&*self.0));
    ///         walker.elements_with(&self.0, with::flat);
    ///     }
    /// }
    /// assert_eq!(Stack(vec![Foreign(1), Foreign(2)]).heap_size(), 16);
    /// ```
    #[inline]
    pub fn elements_with<'e, T, I, F>(&mut self, elements: I, mut walk: F)
    where
        T: ?Sized + 'e,
        I: IntoIterator<Item = &'e T>,
        F: FnMut(&T, &mut Walker<'_>),
    {
        self.on_stack((), move |walker| {
            walker.for_each(elements.into_iter().enumerate(), |walker, (index, element)| {
                walker.visit_element_with(Role::Element(index), element, &mut walk);
            });
        });
    }

    /// Visits the keys and values of a map. First report the memory that contains them.
    ///
    /// Keys or values of a [flat](DeepSize::is_flat) type are visited only if an observer requests samples.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// /// A map with few entries, found by linear search.
    /// struct SmallMap<K, V>(Vec<(K, V)>);
    ///
    /// impl<K: DeepSize, V: DeepSize> DeepSize for SmallMap<K, V> {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let layout = core::alloc::Layout::array::<(K, V)>(self.0.capacity()).unwrap();
    ///         walker.allocation(self.0.as_ptr(), layout, size_of_val(&*self.0));
    ///         walker.entries(self.0.iter().map(|(key, value)| (key, value)));
    ///     }
    /// }
    /// let map = SmallMap(vec![(1_u64, String::from("one"))]);
    /// assert_eq!(map.heap_size(), 32 + 3);
    /// ```
    #[inline]
    pub fn entries<'e, K, V, I>(&mut self, entries: I)
    where
        K: DeepSize + 'e,
        V: DeepSize + 'e,
        I: IntoIterator<Item = (&'e K, &'e V)>,
    {
        let (flat_keys, flat_values) = (K::is_flat(), V::is_flat());
        if flat_keys && flat_values && !self.observer.has_values() {
            return;
        }
        let entries = entries.into_iter();
        let expected = entries.size_hint().0;
        let mut keys = FlatValues::<K>::new(Role::Key, expected);
        let mut values = FlatValues::<V>::new(Role::Value, expected);
        self.on_stack((), |walker| {
            walker.for_each(entries.enumerate(), |walker, (index, (key, value))| {
                if flat_keys {
                    keys.visit_next(walker, key);
                } else {
                    walker.visit_element(Role::Key(index), key);
                }
                if flat_values {
                    values.visit_next(walker, value);
                } else {
                    walker.visit_element(Role::Value(index), value);
                }
            });
        });
        keys.emit(self);
        values.emit(self);
    }

    /// Visits the keys and values of a map whose types do not implement [`DeepSize`]. The functions report their memory.
    ///
    /// First report the memory that contains them. For maps of the standard library, [`with::map`](crate::with::map) does
    /// both. Pass `DeepSize::walk_owned` for a type that implements `DeepSize`. Takes time linear in the number of entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::alloc::Layout;
    /// use deep_size_core::{DeepSize, Walker, with};
    ///
    /// /// Belongs to another crate.
    /// struct Foreign(u64);
    ///
    /// struct SmallMap(Vec<(Foreign, String)>);
    ///
    /// impl DeepSize for SmallMap {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let layout = Layout::array::<(Foreign, String)>(self.0.capacity()).unwrap();
    ///         walker.allocation(self.0.as_ptr(), layout, size_of_val(&*self.0));
    ///         let entries = self.0.iter().map(|(key, value)| (key, value));
    ///         walker.entries_with(entries, with::flat, DeepSize::walk_owned);
    ///     }
    /// }
    /// assert_eq!(SmallMap(vec![(Foreign(1), String::from("one"))]).heap_size(), 32 + 3);
    /// ```
    #[inline]
    pub fn entries_with<'e, K, V, I, F, G>(&mut self, entries: I, mut walk_key: F, mut walk_value: G)
    where
        K: ?Sized + 'e,
        V: ?Sized + 'e,
        I: IntoIterator<Item = (&'e K, &'e V)>,
        F: FnMut(&K, &mut Walker<'_>),
        G: FnMut(&V, &mut Walker<'_>),
    {
        self.on_stack((), move |walker| {
            walker.for_each(entries.into_iter().enumerate(), |walker, (index, (key, value))| {
                walker.visit_element_with(Role::Key(index), key, &mut walk_key);
                walker.visit_element_with(Role::Value(index), value, &mut walk_value);
            });
        });
    }
}

/// Parts that cannot be measured, and the state of the walk.
impl Walker<'_> {
    /// Reports that a part of the value was not counted.
    ///
    /// The result is then not [exact](crate::Size::is_exact). This adds no bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Reason, Size, Walker};
    ///
    /// /// A texture in the memory of the graphics card.
    /// struct Texture(u32);
    ///
    /// impl DeepSize for Texture {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.opaque(Reason::Other("in the memory of the graphics card"));
    ///     }
    /// }
    /// let size = Size::of(&Texture(7));
    /// assert_eq!((size.deep_size, size.opaque_part_count), (4, 1));
    /// ```
    #[inline]
    pub fn opaque(&mut self, reason: Reason) {
        let count = &mut self.state.size.opaque_part_count;
        *count = count.saturating_add(1);
        if let Some(observer) = self.observer.any() {
            observer.opaque(reason);
        }
    }

    /// Reports that the counted bytes of the value are a lower bound.
    ///
    /// `missing_size` is the largest possible shortfall in bytes, or `None` if there is no known limit. A shortfall of 0 is
    /// ignored. This adds no bytes.
    ///
    /// If [`Reason::is_in_known_block`] holds for the reason, this value must report every block that contains missing bytes. The
    /// tracking allocator can then look up the sizes of these blocks.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::alloc::Layout;
    /// use deep_size_core::{DeepSize, Reason, Size, Walker};
    ///
    /// /// A table of `len` bytes. Its capacity is the next power of two, or twice that.
    /// struct Table {
    ///     start: *const u8,
    ///     len: usize,
    /// }
    ///
    /// impl DeepSize for Table {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let capacity = self.len.next_power_of_two();
    ///         walker.allocation(self.start, Layout::array::<u8>(capacity).unwrap(), self.len);
    ///         walker.lower_bound(Reason::Capacity, Some(capacity));
    ///     }
    /// }
    /// let table = Table { start: core::ptr::null(), len: 100 };
    /// let size = Size::of(&table);
    /// assert_eq!(size.deep_size, 16 + 128);
    /// assert_eq!(size.upper_bound(), Some(16 + 256));
    /// ```
    #[inline]
    pub fn lower_bound(&mut self, reason: Reason, missing_size: Option<usize>) {
        if missing_size == Some(0) {
            return;
        }
        self.state.size.add(Size { lower_bound_count: 1, missing_size, ..Size::ZERO });
        if let Some(observer) = self.observer.any() {
            observer.lower_bound(reason, missing_size);
        }
    }

    /// Whether the walk visits each value. If not, only the total matters, and other details can be skipped.
    #[inline]
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.is_observed
    }
}

/// Starting a walk, and its results.
impl<'w> Walker<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited, observer: Watch<'w>) -> Self {
        let wants_content = observer.wants_content();
        let is_observed = observer.has_values();
        Self {
            state: WalkState::new(visited),
            observer,
            is_observed,
            is_in_flat_run: false,
            is_in_sample: false,
            wants_content,
            is_stopped: false,
        }
    }

    /// Walks over the root without an observer and returns its heap size.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, root: &T) -> Size {
        if cfg!(not(stack_switch)) {
            // Invariant: both walks reach the same depth, so they need equal frames.
            return self.observe(root);
        }
        self.state.set_root(root);
        let returned = root.__sum(0, self);
        self.state.add(returned);
        self.state.heap_size()
    }

    /// Walks over the root, reports to the observer if there is one, and returns the root's heap size.
    // Out of line, so that the stack limit does not depend on the caller's frame.
    #[inline(never)]
    pub(crate) fn observe<T: DeepSize + ?Sized>(&mut self, root: &T) -> Size {
        self.state.stack = Stack::of_caller();
        self.state.set_root(root);
        self.is_observed |= cfg!(not(stack_switch));
        self.visit(Role::Root, root);
        self.end_walk();
        self.state.heap_size()
    }
}

impl fmt::Debug for Walker<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Walker")
            .field("size", &self.state.size)
            .field("is_observed", &self.is_observed())
            .finish_non_exhaustive()
    }
}
