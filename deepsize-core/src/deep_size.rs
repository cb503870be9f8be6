use core::any;

use crate::Walker;
use crate::walk::Visited;

/// A value whose memory can be measured: its own bytes and every heap allocation it owns.
///
/// Derive it for your types with `#[derive(DeepSize)]` (crate `deep-size`, feature `derive`). Write it by hand only for a
/// type that manages memory itself; such an impl reads like one of `Debug` or `Hash`:
///
/// ```
/// use core::alloc::Layout;
/// use deep_size_core::{DeepSize, Walker};
///
/// /// A block of bytes allocated by hand, of which the first `len` are in use.
/// struct Buffer {
///     start: *mut u8,
///     capacity: usize,
///     len: usize,
/// }
///
/// impl DeepSize for Buffer {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         if let Ok(layout) = Layout::array::<u8>(self.capacity) {
///             walker.allocation(self.start, layout, self.len);
///         }
///     }
/// }
/// # let buffer = Buffer { start: core::ptr::NonNull::dangling().as_ptr(), capacity: 64, len: 10 };
/// # assert_eq!(buffer.heap_size(), 64);
/// ```
///
/// The trait is dyn-compatible: with `trait Shape: DeepSize`, a `Box<dyn Shape>` is measured through its vtable.
///
/// With the trait in scope, method lookup on an `Arc<T>` or a `Box<T>` finds `walk_owned`, `deep_size` and `heap_size` of the pointer
/// before methods of these names on `T`. It takes no other name that does not begin with two underscores.
#[diagnostic::on_unimplemented(
    message = "the deep size of `{Self}` is not known",
    label = "`{Self}` does not implement `DeepSize`",
    note = "if the type is yours, add `#[derive(DeepSize)]` to it; if it is a trait object, make `DeepSize` a supertrait of its trait",
    note = "if it belongs to `std`, `alloc` or another crate, see whether a feature of `deep-size` is missing",
    note = "a field can be measured by a function with `#[deep_size(with = path)]`, or left out with `#[deep_size(skip)]`"
)]
#[doc(alias = "MallocSizeOf")]
#[doc(alias = "GetSize")]
#[doc(alias = "MemSize")]
pub trait DeepSize {
    /// Reports everything `self` owns outside its own [`size_of_val`] bytes.
    ///
    /// Called by the walk; to measure a value, call [`deep_size`](Self::deep_size). An impl hands each of its parts to
    /// the [`Walker`]: fields with [`field`](Walker::field), blocks it allocated with
    /// [`allocation`](Walker::allocation), and so on. It must not panic or block, and must not change what it measures.
    fn walk_owned(&self, walker: &mut Walker<'_>);

    /// Whether no value of this type can ever own memory outside itself, so a collection need not visit its elements.
    ///
    /// The derive composes it from the fields. A type that owns what is behind a pointer returns `false` without looking
    /// further, so recursive types terminate. `false` is always right, if slower; a type that returns `true` must report nothing in
    /// [`walk_owned`](Self::walk_owned).
    ///
    /// ```
    /// use deep_size_core::DeepSize;
    ///
    /// assert!(<[Option<u32>; 8]>::is_flat());
    /// assert!(!String::is_flat());
    /// ```
    #[must_use]
    fn is_flat() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// The bytes of `self` and of every allocation it owns, each allocation once.
    ///
    /// That is [`size_of_val`] plus [`heap_size`](Self::heap_size). Takes time linear in the number of values that are
    /// not [flat](Self::is_flat), and in the entries of B-trees.
    ///
    /// Allocates nothing unless it meets more than four shared blocks (behind `Rc`, `Arc`) with more than one handle. Then it
    /// allocates at most 32 bytes for each, and 48 while the set of them grows, until it returns.
    ///
    /// ```
    /// use deep_size_core::DeepSize;
    ///
    /// let name = String::with_capacity(100);
    /// assert_eq!(name.deep_size(), size_of::<String>() + 100);
    /// ```
    #[doc(alias = "sizeof")]
    #[doc(alias = "size_of")]
    #[doc(alias = "getsizeof")]
    #[doc(alias = "memory usage")]
    #[doc(alias = "malloc_size_of")]
    #[doc(alias = "get_size")]
    #[doc(alias = "mem_size")]
    #[must_use]
    fn deep_size(&self) -> usize {
        size_of_val(self).saturating_add(self.heap_size())
    }

    /// The bytes of every allocation `self` owns, each allocation once; the shallow size is left out.
    ///
    /// ```
    /// use deep_size_core::DeepSize;
    ///
    /// assert_eq!(vec![0_u32; 10].heap_size(), 40);
    /// assert_eq!([0_u32; 10].heap_size(), 0);
    /// ```
    #[doc(alias = "heap size")]
    #[doc(alias = "get_heap_size")]
    #[doc(alias = "malloc_size_of")]
    #[must_use]
    fn heap_size(&self) -> usize {
        Walker::new(&mut Visited::new(), None).sum(self)
    }

    /// `before`, and what the value owns, for a walk without an observer: a sum that is passed on stays in a register.
    ///
    /// Sums of real blocks cannot overflow, so they wrap; a debug build need not check.
    #[doc(hidden)]
    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        self.walk_owned(walker);
        before
    }

    /// The same for values side by side: strings and flat vectors are summed without a branch, all others with prefetches.
    ///
    /// For bytes, an observed walk calls this to report their content.
    #[doc(hidden)]
    #[inline]
    fn __sum_slice(elements: &[Self], before: usize, walker: &mut Walker<'_>) -> usize
    where
        Self: Sized,
    {
        if Self::is_flat() { before } else { walker.sum_elements(elements, before) }
    }

    /// The first two addresses that `__sum` reads outside the value, 0 for none: what to prefetch, and whether that would pay.
    #[doc(hidden)]
    #[inline]
    fn __next_reads(&self) -> [usize; 2] {
        [0; 2]
    }

    /// The name of the concrete type, also behind `dyn`.
    #[doc(hidden)]
    fn __type_name(&self) -> &'static str {
        any::type_name::<Self>()
    }
}
