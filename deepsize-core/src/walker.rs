mod base;
mod contents;
mod observed;
mod sum;

use core::alloc::Layout;
use core::fmt;

use crate::course::Course;
use crate::later::Later;
use crate::{DeepSize, Detail, Handle, Meeting, Observer, Reason, Role, Seen, SharedBlock};

/// One walk over a value, to which every [`DeepSize`] impl reports what the value owns.
///
/// The methods fall into three groups: *parts* that lie inside the value ([`field`](Self::field),
/// [`inner`](Self::inner), [`variant`](Self::variant)), *memory* outside it ([`allocation`](Self::allocation),
/// [`pointee`](Self::pointee), [`shared`](Self::shared), [`shared_with`](Self::shared_with), [`weak`](Self::weak),
/// [`borrowed`](Self::borrowed)) with the
/// values that lie there ([`elements`](Self::elements), [`entries`](Self::entries)), and what
/// [cannot be measured](Self::opaque).
///
/// Without an observer the walk only adds up bytes. With one, the same calls tell it what is met on the way.
pub struct Walker<'w> {
    /// The lowest address on the stack at which the walk may go on.
    pub(crate) floor: usize,
    /// The lowest at which a hop behind a pointer needs no thought; not below `floor`.
    pub(crate) limit: usize,
    /// The hops that were put off, if the walk does that here.
    pub(crate) later: Option<&'w mut Later<'w>>,
    pub(crate) course: &'w mut Course,
    seen: &'w mut Seen,
    observer: Option<&'w mut (dyn Observer + 'w)>,
    /// How much the observer wants to be told.
    detail: Detail,
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
        self.descend(|| Role::Field(name), value);
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
        self.on_a_stack(move |walker| {
            if walker.observer.is_none() {
                walk(value, walker);
            } else {
                walker.walk_observed(name, value, walk);
            }
        });
    }

    /// Passes over a field that owns nothing, whether or not its type implements [`DeepSize`].
    #[inline]
    pub fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        if self.is_observed() {
            self.tell_flat::<T>(Role::Field(name), 1, size_of_val(value));
        }
    }

    /// Goes into the contents of a wrapper that adds no meaning of its own, as `Option` and `RefCell` do.
    #[inline]
    pub fn inner<T: DeepSize + ?Sized>(&mut self, value: &T) {
        self.descend(|| Role::Inner, value);
    }

    /// Names the active variant of an enum, before its fields.
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
            if self.detail.has_values() {
                observer.variant(name);
            }
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
        self.block(&base::memory(block, layout, used));
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
    /// The handle has to be there before the walk begins. One that an impl makes meanwhile, as by upgrading a `Weak`, may lead to a block of
    /// which the only other handle was met before, and need not be remembered: it would be counted again.
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
    /// it here (or with `#[deep_size(borrowed)]`). Memory is told apart by the address at which it begins: of targets that
    /// begin at one address only the first met is counted, whatever their sizes, and targets that overlap otherwise are
    /// each counted whole. So is a block behind a handle with one owner, if both the owner and a reference lead to the handle.
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
        let memory = base::memory(value, layout, layout.size());
        let counted = self.is_new(memory.address.unwrap_or_default());
        if self.is_observed() {
            self.tell_borrowed(&memory, counted);
        }
        if counted {
            self.add(layout.size());
            self.descend(|| Role::Borrowed, value);
        }
    }

    /// Goes into the elements of a collection, each of which lies in memory already reported.
    ///
    /// Elements of a [flat](DeepSize::is_flat) type are not visited.
    ///
    /// ```
    /// use core::alloc::Layout;
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// /// Up to four strings, in a block of their own.
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
            self.on_a_stack(move |walker| {
                if let Some(mut run) = walker.begin_run::<T>(Role::Element(0)) {
                    elements.into_iter().for_each(|element| run.add(element));
                    return walker.end_run::<T>(run);
                }
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
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// /// A map for so few entries that looking through them is fastest.
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
        let mut count = 0;
        if !(flat_keys && flat_values) {
            let count = &mut count;
            self.on_a_stack(move |walker| {
                let mut keys = walker.begin_run::<K>(Role::Key(0));
                let mut values = walker.begin_run::<V>(Role::Value(0));
                entries.into_iter().for_each(|(key, value)| {
                    match &mut keys {
                        Some(run) => run.add(key),
                        None if flat_keys => {}
                        None => walker.visit(|| Role::Key(*count), key),
                    }
                    match &mut values {
                        Some(run) => run.add(value),
                        None if flat_values => {}
                        None => walker.visit(|| Role::Value(*count), value),
                    }
                    *count += 1;
                });
                if let Some(run) = keys {
                    walker.end_run::<K>(run);
                }
                if let Some(run) = values {
                    walker.end_run::<V>(run);
                }
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
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Reason, Tally, Walker};
    ///
    /// /// A texture in the memory of the graphics card.
    /// struct Texture(u32);
    ///
    /// impl DeepSize for Texture {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.opaque(Reason::Other("in the memory of the graphics card"));
    ///     }
    /// }
    /// let mut tally = Tally::new();
    /// assert_eq!(tally.add(&Texture(7)), 4);
    /// assert!(!tally.is_exact());
    /// ```
    #[inline]
    pub fn opaque(&mut self, reason: Reason) {
        self.course.opaque += 1;
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

impl fmt::Debug for Walker<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Walker")
            .field("bytes", &self.course.bytes)
            .field("opaque_parts", &self.course.opaque)
            .field("is_observed", &self.is_observed())
            .finish_non_exhaustive()
    }
}
