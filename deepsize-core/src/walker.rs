use core::alloc::Layout;
use core::marker::PhantomData;
use core::ops::Range;
use core::{any, fmt, mem, ptr};

use crate::impls::pointers_in;
use crate::observer::{
    Allocation, FlatRun, Handle, ImplKind, Node, Observer, Reason, Role, SharedBlock, SharedEvent,
};
use crate::prefetch::Ahead;
use crate::type_info::TypeInfo;
use crate::walk::{self, NewRun, Visited, WalkState};
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
    observer: Option<&'w mut (dyn Observer + 'w)>,
    /// Whether each value is visited, for an observer or to find the root.
    is_observed: bool,
    /// Whether the walk only counts the pointers in values that own nothing.
    is_in_flat_run: bool,
    wants_content: bool,
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
        self.emit_flat::<T>(Role::Field(name), 1, size_of_val(value));
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
        if let Some(observer) = &mut self.observer {
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
            (&mut self.observer, size, Layout::from_size_align(size, 1))
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
            if !block.contains(value) {
                // The value may be the handle itself, at the address of the root. That is no cycle.
                self.state.leave_shared();
            }
            self.descend(Role::Shared, value);
            self.state.follow_shared();
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
            self.on_stack((), move |walker| {
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
                    };
                    if let Some(entered) = walker.enter(&values) {
                        walk(entered.0);
                    }
                } else {
                    walk(walker);
                }
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
        } else if let Some(observer) = &mut self.observer {
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
        if let Some(observer) = &mut self.observer {
            observer.borrowed(&memory, counted);
        }
        if counted {
            self.state.follow_shared();
            self.state.add(layout.size());
            self.descend(Role::Borrowed, value);
        }
    }

    /// Visits the elements of a collection. First report the memory that contains them.
    ///
    /// Elements of a [flat](DeepSize::is_flat) type are not visited. Without an observer, the call then takes constant time.
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
                elements.into_iter().enumerate().for_each(|(index, element)| {
                    walker.visit_element(Role::Element(index), element);
                });
            });
        } else if self.is_observed() {
            self.emit_flat_run(Role::Element(0), &FlatValues::of(elements));
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
            elements.into_iter().enumerate().for_each(|(index, element)| {
                walker.visit_element_with(Role::Element(index), element, &mut walk);
            });
        });
    }

    /// Visits the keys and values of a map. First report the memory that contains them.
    ///
    /// Keys or values of a [flat](DeepSize::is_flat) type are not visited.
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
        let (mut keys, mut values) = (FlatValues::<K>::new(), FlatValues::<V>::new());
        if !(flat_keys && flat_values) {
            self.on_stack((), |walker| {
                entries.into_iter().enumerate().for_each(|(index, (key, value))| {
                    if flat_keys {
                        keys.add_one(key, walker.is_observed());
                    } else {
                        walker.visit_element(Role::Key(index), key);
                    }
                    if flat_values {
                        values.add_one(value, walker.is_observed());
                    } else {
                        walker.visit_element(Role::Value(index), value);
                    }
                });
            });
        } else if self.is_observed() {
            entries.into_iter().for_each(|(key, value)| {
                keys.add_one(key, true);
                values.add_one(value, true);
            });
        }
        self.emit_flat_run(Role::Key(0), &keys);
        self.emit_flat_run(Role::Value(0), &values);
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
            entries.into_iter().enumerate().for_each(|(index, (key, value))| {
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
        if let Some(observer) = &mut self.observer {
            observer.opaque(reason);
        }
    }

    /// Reports that the counted bytes of the value are a lower bound.
    ///
    /// `missing_size` is the largest possible shortfall in bytes, or `None` if there is no known limit. A shortfall of 0 is
    /// ignored. This adds no bytes.
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
        if let Some(observer) = &mut self.observer {
            observer.lower_bound(reason, missing_size);
        }
    }

    /// Whether the walk has an observer. Without one, details beyond the total can be skipped.
    #[inline]
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.is_observed
    }
}

/// Starting a walk, and its results.
impl<'w> Walker<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited, observer: Option<&'w mut (dyn Observer + 'w)>) -> Self {
        let wants_content = observer.as_ref().is_some_and(|observer| observer.wants_content());
        let is_observed = observer.is_some();
        Self { state: WalkState::new(visited), observer, is_observed, is_in_flat_run: false, wants_content }
    }

    /// Walks over the root without an observer and returns its heap size.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, root: &T) -> Size {
        self.state.set_root(root);
        let returned = root.__sum(0, self);
        self.state.add(returned);
        self.state.heap_size()
    }

    /// Walks over the root with the observer and returns its heap size.
    pub(crate) fn observe<T: DeepSize + ?Sized>(&mut self, root: &T) -> Size {
        self.state.set_root(root);
        self.visit_observed(Role::Root, root);
        self.state.heap_size()
    }
}

/// The plain walk, which passes sums in registers, and its branches to the observed walk.
impl Walker<'_> {
    /// Visits a value whose memory is already counted.
    #[inline(always)]
    pub(crate) fn visit<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.is_observed() {
            self.visit_observed(role, value);
        } else {
            let bytes = value.__sum(0, self);
            self.state.add(bytes);
        }
    }

    /// Visits a value in a block of its owner.
    #[inline]
    pub(crate) fn visit_element<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.state.root_begins_in(range(value)) {
            self.visit_slow(role, value);
        } else {
            self.visit(role, value);
        }
    }

    /// Visits a value in a block of its owner. `walk` reports its memory.
    #[inline]
    fn visit_element_with<T: ?Sized>(
        &mut self,
        role: Role,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        let was_observed = self.is_observed;
        self.is_observed |= self.state.root_begins_in(range(value));
        self.visit_with(role, value, walk);
        self.is_observed = was_observed;
    }

    /// Visits a value whose memory is already counted. `walk` reports its memory.
    #[inline]
    fn visit_with<T: ?Sized>(&mut self, role: Role, value: &T, walk: impl FnOnce(&T, &mut Walker<'_>)) {
        if !self.is_observed() || self.is_in_flat_run {
            return walk(value, self);
        }
        let node = node(role, TypeInfo::manual::<T>(), value);
        if let Some(entered) = self.enter(&node) {
            walk(value, entered.0);
        }
    }

    /// Visits a value as `descend` does. `walk` reports its memory.
    #[inline]
    pub(crate) fn descend_with<T: ?Sized>(
        &mut self,
        role: Role,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.on_stack((), move |walker| walker.visit_element_with(role, value, walk));
    }

    /// Visits a value after a check of the stack. Required where recursion is unbounded: behind any pointer.
    // Fields too, because a hand-written impl may follow a pointer to reach one.
    #[inline]
    fn descend<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.needs_care(value) { self.visit_slow(role, value) } else { self.visit(role, value) }
    }

    /// Whether `visit_slow` must visit the value: the stack is low, or the root begins in the value.
    #[inline(always)]
    pub(crate) fn needs_care<T: ?Sized>(&self, value: &T) -> bool {
        self.state.stack.is_low() || self.state.root_begins_in(range(value))
    }

    /// Visits a value on a fresh stack if the stack is low. Finds the root inside the value, as an observed walk does.
    #[cold]
    #[inline(never)]
    pub(crate) fn visit_slow<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        self.on_stack((), |walker| {
            let was_observed = walker.is_observed;
            walker.is_observed |= walker.state.root_begins_in(range(value));
            walker.visit(role, value);
            walker.is_observed = was_observed;
        });
    }

    /// Adds the size of a pointer's block, and the heap size of the value in it, to `before`.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn sum_target<T: DeepSize + ?Sized>(
        &mut self,
        before: usize,
        block: usize,
        value: &T,
    ) -> usize {
        let before = before.wrapping_add(block);
        // Not a call of `on_stack`, so that the compiler can turn the recursion over a list into a loop.
        if self.needs_care(value) { self.sum_slow(before, value) } else { value.__sum(before, self) }
    }

    /// Adds the heap size of a value for which [`needs_care`](Self::needs_care) holds to `before`.
    // Out of line, so that callers need not keep `before`.
    #[cold]
    #[inline(never)]
    pub(crate) fn sum_slow<T: DeepSize + ?Sized>(&mut self, before: usize, value: &T) -> usize {
        self.visit_slow(Role::Inner, value);
        before
    }

    /// Adds the heap size of an entry of a collection to `before`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_entry<T: DeepSize>(&mut self, before: usize, value: &T) -> usize {
        if !T::is_flat() && self.state.root_begins_in(range(value)) {
            return self.sum_slow(before, value);
        }
        value.__sum(before, self)
    }

    /// Adds the heap sizes of the elements to `before`.
    // Out of line, so that sums of recursive types stay small enough to be inlined here.
    #[inline(never)]
    pub(crate) fn sum_elements<T: DeepSize>(&mut self, elements: &[T], before: usize) -> usize {
        if self.needs_care(elements) {
            return self.sum_slow(before, elements);
        }
        let mut ahead = Ahead::of(elements);
        let mut sum = before;
        for element in elements {
            ahead.advance();
            sum = element.__sum(sum, self);
        }
        sum
    }

    /// Adds the heap sizes of shared handles to `before`. The first of a handle's `__next_reads` must be its block.
    ///
    /// A handle to a visited block is skipped without reading the block. The other blocks are prefetched in batches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_handles<T: DeepSize>(&mut self, handles: &[T], before: usize) -> usize {
        const BATCH: usize = 32;

        if self.needs_care(handles) {
            return self.sum_slow(before, handles);
        }
        handles.chunks(BATCH).fold(before, |sum, batch| {
            let (mut unknown, mut count) = ([None; BATCH], 0);
            for handle in batch {
                let [block, _] = handle.__next_reads();
                if !self.state.visited.contains(block) {
                    crate::prefetch::prefetch_block(block);
                    unknown[count % BATCH] = Some(handle);
                    count += 1;
                }
            }
            let unknown = unknown.iter().take(count).flatten();
            unknown.fold(sum, |sum, handle| T::__sum(handle, sum, self))
        })
    }

    /// Visits the elements of a slice.
    #[inline]
    pub(crate) fn slice<T: DeepSize>(&mut self, elements: &[T]) {
        if self.is_observed() {
            self.observe_slice(elements);
        } else {
            let bytes = T::__sum_slice(elements, 0, self);
            self.state.add(bytes);
        }
    }

    #[inline(never)]
    fn observe_slice<T: DeepSize>(&mut self, elements: &[T]) {
        if T::is_flat() {
            if self.wants_content {
                T::__sum_slice(elements, 0, self);
            }
            return self.emit_flat_run(Role::Element(0), &FlatValues::of(elements));
        }
        if self.state.stack.is_low() {
            return self.on_fresh_stack(&mut |walker| walker.observe_slice(elements));
        }
        let is_near_root = self.state.is_near_root(range(elements));
        if is_near_root {
            self.state.surround_root(range(elements));
        }
        let mut ahead = Ahead::of(elements);
        #[expect(clippy::needless_range_loop, reason = "an iterator adds code for each type to debug builds")]
        for index in 0..elements.len() {
            ahead.advance();
            self.visit_observed(Role::Element(index), &elements[index]);
        }
        if is_near_root {
            self.leave_near_root();
        }
    }

    /// Reports, once, that a block contains the root.
    fn find_root(&mut self) {
        if let (Some(size), Some(observer)) = (self.state.find_root(), &mut self.observer) {
            observer.contains_root(size);
        }
    }

    /// Reports the block of an owning pointer's target.
    #[inline]
    pub(crate) fn report_target<T: ?Sized>(&mut self, value: &T) {
        self.allocation(value, Layout::for_value(value), size_of_val(value));
    }

    /// Reports a handle to a shared block, counts the block if it is new, and returns whether it was new.
    #[inline]
    pub(crate) fn visit_shared(&mut self, block: SharedBlock, handle: Handle) -> bool {
        let size = block.layout.size();
        let counted = size > 0 && self.is_first(block.address, block.strong_count.zip(block.weak_count));
        self.count_shared(&SharedEvent::new(block, handle, counted));
        counted
    }

    /// Counts a shared block if it is new, and reports it.
    #[inline]
    fn count_shared(&mut self, event: &SharedEvent) {
        let size = event.block.layout.size();
        if event.counted {
            self.state.add(size);
        }
        if let (Some(observer), 1..) = (&mut self.observer, size) {
            observer.shared(event);
        }
    }

    /// Reports a handle that shows these addresses of a shared buffer. `slice` is a part of them.
    ///
    /// Counts the new addresses, visits the elements at them, and returns the number of counted bytes of the buffer.
    pub(crate) fn shared_part<T: DeepSize>(
        &mut self,
        shown: Range<usize>,
        slice: &[T],
        is_unique: bool,
    ) -> usize {
        self.state.follow_shared();
        let (strong_count, weak_count) = if is_unique { (Some(1), Some(0)) } else { (None, None) };
        let records = !(is_unique && self.state.visited.is_unique(1, 0));
        let (mut at, mut bytes) = (shown.start, 0);
        while at < shown.end {
            let rest = at..shown.end;
            let new = match records {
                true => self.state.visited.insert_part(rest),
                false => Some(NewRun { addresses: rest, extends: None }),
            };
            let Some(NewRun { addresses: part, extends }) = new else {
                self.report_unrecorded();
                break;
            };
            let counted = !part.is_empty();
            if counted || at == shown.start {
                let Range { start, end } = if counted { part.clone() } else { shown.clone() };
                let layout = Layout::from_size_align(end - start, 1).unwrap_or(Layout::new::<()>());
                let block = SharedBlock { address: start, layout, strong_count, weak_count };
                let event = SharedEvent::new(block, Handle::Strong, counted);
                self.count_shared(&SharedEvent { extends, is_same_handle: at != shown.start, ..event });
            }
            at = part.end;
            bytes += part.len();
            if counted {
                let index = |address: usize| address.saturating_sub(slice.as_ptr().addr());
                // If only a part of an element is new, a handle with another element type has shown the rest.
                let first = index(part.start).div_ceil(size_of::<T>().max(1));
                let end = (index(part.end) / size_of::<T>().max(1)).min(slice.len());
                self.descend(Role::Shared, slice.get(first..end).unwrap_or_default());
            }
        }
        bytes
    }

    /// Whether this is the first visit to a block with these strong and weak counts. Records the block, unless its handle is
    /// unique.
    #[inline]
    pub(crate) fn is_first(&mut self, address: usize, counts: Option<(usize, usize)>) -> bool {
        self.state.follow_shared();
        counts.is_some_and(|(strong, weak)| self.state.visited.is_unique(strong, weak))
            || self.record(address)
    }

    /// Records an address and returns whether it is new. Without memory for it, the block is opaque and not counted.
    #[inline]
    fn record(&mut self, address: usize) -> bool {
        match self.state.visited.insert(address) {
            Some(is_new) => is_new,
            None => self.report_unrecorded(),
        }
    }

    #[cold]
    #[inline(never)]
    fn report_unrecorded(&mut self) -> bool {
        self.opaque(Reason::Unrecorded);
        false
    }

    /// Runs `walk` here if the stack suffices, or else on a fresh stack. Without a fresh stack, reports an opaque part and
    /// returns `otherwise`.
    #[inline]
    pub(crate) fn on_stack<R>(&mut self, otherwise: R, walk: impl FnOnce(&mut Self) -> R) -> R {
        if self.state.stack.is_low() { self.walk_on_fresh_stack(otherwise, walk) } else { walk(self) }
    }

    // Out of line, so that the frames of a walk hold no locals of the switch.
    #[cold]
    #[inline(never)]
    fn walk_on_fresh_stack<R>(&mut self, otherwise: R, walk: impl FnOnce(&mut Self) -> R) -> R {
        let (mut walk, mut result) = (Some(walk), otherwise);
        self.on_fresh_stack(&mut |walker| {
            if let Some(walk) = walk.take() {
                result = walk(walker);
            }
        });
        result
    }

    /// Runs `walk` on a fresh stack. Without one, reports an opaque part.
    fn on_fresh_stack(&mut self, walk: &mut dyn FnMut(&mut Self)) {
        if !walk::switch(self, |walker| &mut walker.state.stack, walk) {
            self.opaque(Reason::TooDeep);
        }
    }
}

/// The observed walk.
impl<'w> Walker<'w> {
    // Out of line, so that the frames of a plain walk stay small.
    #[inline(never)]
    fn visit_observed<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.is_in_flat_run {
            return value.walk_owned(self);
        }
        let node = node(role, value.__type_info(), value);
        if let Some(entered) = self.enter(&node) {
            value.walk_owned(entered.0);
        }
    }

    /// Reports that the walk enters a value, unless this is the root again. Dropping the result reports the exit.
    #[inline]
    fn enter(&mut self, node: &Node) -> Option<Entered<'_, 'w>> {
        let value = (node.address, node.shallow_size);
        if self.state.is_near_root(value) && !self.enter_near_root(value) {
            return None;
        }
        if let Some(observer) = &mut self.observer {
            observer.enter(node);
        }
        Some(Entered(self))
    }

    /// Searches a value for the root. Returns `false` if it is the root or a part of it, which the walk does not enter again.
    #[cold]
    #[inline(never)]
    fn enter_near_root(&mut self, value: (usize, usize)) -> bool {
        if self.state.is_in_root(value) {
            self.find_root();
            return false;
        }
        self.state.surround_root(value);
        true
    }

    /// Leaves a value that was searched for the root.
    #[cold]
    #[inline(never)]
    fn leave_near_root(&mut self) {
        if self.state.leave_root() {
            self.find_root();
        }
    }

    /// Reports values that own nothing.
    #[inline]
    fn emit_flat<T: ?Sized>(&mut self, role: Role, count: usize, size: usize) {
        if let Some(observer) = &mut self.observer {
            let (type_name, needs_drop) = (any::type_name::<T>(), mem::needs_drop::<T>());
            observer.flat(&FlatRun { role, type_name, count, size, needs_drop });
        }
    }

    #[inline]
    fn emit_flat_run<T>(&mut self, role: Role, values: &FlatValues<T>) {
        if values.count > 0 {
            self.emit_flat::<T>(role, values.count, values.count.saturating_mul(size_of::<T>()));
            let Pointers { count, raw_count } = values.pointers;
            self.unfollowed(count, raw_count);
        }
    }

    /// Reports references or raw pointers in the value, which the walk does not follow.
    #[inline]
    fn unfollowed(&mut self, count: usize, raw_count: usize) {
        if let (Some(observer), 1..) = (&mut self.observer, count) {
            observer.unfollowed(count, raw_count);
        }
    }

    /// Reports a part that may hold pointers of this kind as one pointer.
    #[inline]
    pub(crate) fn unread(&mut self, pointer: Option<Pointer>) {
        if let Some(pointer) = pointer {
            self.unfollowed(1, usize::from(matches!(pointer, Pointer::Raw)));
        }
    }

    /// Reports the bytes of a text to an observer with `wants_content`.
    #[inline]
    pub(crate) fn emit_content(&mut self, bytes: &[u8]) {
        if let (Some(observer), true) = (&mut self.observer, self.wants_content) {
            observer.content(bytes);
        }
    }

    /// Walks over a secret, without reporting text to the observer.
    #[cfg(feature = "secrecy_0_10")]
    pub(crate) fn without_content(&mut self, walk: impl FnOnce(&mut Self)) {
        let wants_content = core::mem::replace(&mut self.wants_content, false);
        walk(self);
        self.wants_content = wants_content;
    }

    /// Reports the size of the last entered collection's blocks after `shrink_to_fit`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn emit_shrunk_size(&mut self, bytes: impl FnOnce() -> usize) {
        if let Some(observer) = &mut self.observer {
            observer.shrunk_size(bytes());
        }
    }

    /// Reports the size of the last entered B-tree's blocks after a rebuild from its entries.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn emit_rebuilt_size(&mut self, bytes: impl FnOnce() -> usize) {
        if let Some(observer) = &mut self.observer {
            observer.rebuilt_size(bytes());
        }
    }

    /// Reports a block with room for `capacity` elements, the first `len` of them in use.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn buffer<T>(&mut self, first: *const T, capacity: usize, len: usize) {
        self.report_buffer(first.cast(), const { Layout::new::<T>() }, capacity, len);
    }

    /// Reports the block of a collection that has `shrink_to_fit`, and its size after that call.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn growable_buffer<T>(&mut self, first: *const T, capacity: usize, len: usize) {
        let element = const { Layout::new::<T>() };
        self.report_buffer(first.cast(), element, capacity, len);
        self.emit_shrunk_size(|| len * element.size());
    }

    // These functions are not generic, so they are compiled once.

    #[cfg(feature = "alloc")]
    #[inline]
    fn report_buffer(&mut self, first: *const (), element: Layout, capacity: usize, len: usize) {
        if let Some(layout) = crate::layout::buffer_of(element, capacity) {
            self.report_allocation(first, layout, len * element.size());
        }
    }

    #[inline]
    fn report_allocation(&mut self, block: *const (), layout: Layout, used: usize) {
        self.state.add(layout.size());
        if let (Some(observer), 1..) = (&mut self.observer, layout.size()) {
            observer.allocation(&memory(block, layout, used));
        }
    }
}

/// A run of values of a flat type.
struct FlatValues<T> {
    count: usize,
    /// The number of references and raw pointers in them.
    pointers: Pointers,
    values: PhantomData<T>,
}

impl<T: DeepSize> FlatValues<T> {
    fn new() -> Self {
        Self { count: 0, pointers: Pointers::default(), values: PhantomData }
    }

    fn of<'e>(values: impl IntoIterator<Item = &'e T>) -> Self
    where
        T: 'e,
    {
        let (mut run, values) = (Self::new(), values.into_iter());
        if pointers_in::<T>().is_some() {
            run.add(values);
        } else {
            // `count` of two chained iterators would overflow.
            let is_countable = values.size_hint().0 < usize::MAX;
            run.count = if is_countable { values.count() } else { usize::MAX };
        }
        run
    }

    /// Adds a value. The pointers in it are counted only for an observer.
    #[inline]
    fn add_one(&mut self, value: &T, is_observed: bool) {
        if is_observed && const { size_of::<T>() >= size_of::<usize>() } {
            self.add([value]);
        } else {
            self.count = self.count.saturating_add(1);
        }
    }

    /// Adds values, and counts the pointers in them.
    fn add<'e>(&mut self, values: impl IntoIterator<Item = &'e T>)
    where
        T: 'e,
    {
        let mut visited = Visited::new();
        let mut walker = Walker::new(&mut visited, Some(&mut self.pointers));
        walker.is_in_flat_run = true;
        for value in values {
            self.count = self.count.saturating_add(1);
            value.walk_owned(&mut walker);
        }
    }
}

/// A pointer that the walk does not follow.
#[derive(Clone, Copy)]
pub(crate) enum Pointer {
    /// Owns nothing.
    Reference,
    /// May own its target.
    Raw,
}

/// Counts references and raw pointers.
#[derive(Clone, Copy, Default)]
struct Pointers {
    count: usize,
    raw_count: usize,
}

impl Observer for Pointers {
    fn unfollowed(&mut self, count: usize, raw_count: usize) {
        self.count = self.count.saturating_add(count);
        self.raw_count = self.raw_count.saturating_add(raw_count);
    }
}

/// A walk inside an entered value. Dropping this reports the exit, also when an impl panics.
struct Entered<'a, 'w>(&'a mut Walker<'w>);

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        if self.0.state.is_around_root() {
            self.0.leave_near_root();
        }
        if let Some(observer) = &mut self.0.observer {
            observer.exit();
        }
    }
}

/// The address and the size of a value.
#[inline(always)]
fn range<T: ?Sized>(value: &T) -> (usize, usize) {
    (core::ptr::from_ref(value).addr(), size_of_val(value))
}

#[inline(always)]
fn node<T: ?Sized>(role: Role, type_info: TypeInfo, value: &T) -> Node {
    let TypeInfo { name, impl_kind, needs_drop } = type_info;
    Node {
        role,
        type_name: name,
        shallow_size: size_of_val(value),
        alignment: align_of_val(value),
        address: core::ptr::from_ref(value).addr(),
        impl_kind,
        needs_drop,
    }
}

/// An allocation at this address, or without an address if `block` is null.
fn memory(block: *const (), layout: Layout, used: usize) -> Allocation {
    let address = block.addr();
    Allocation { address: (address != 0).then_some(address), layout, used_size: used, block_count: 1 }
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
