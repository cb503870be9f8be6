use crate::Walker;
use crate::type_info::TypeInfo;
use crate::walk::Visited;
use crate::walker::{LastPart, Watch};

/// A value whose memory can be measured: its own bytes and every heap allocation it owns.
///
/// Derive it for your types with `#[derive(DeepSize)]` (crate `deep-size`, feature `derive`). Only a type that manages memory itself
/// needs a hand-written impl, much like an impl of `Debug` or `Hash`:
///
/// ```
/// use core::alloc::Layout;
/// use deep_size_core::{DeepSize, Walker};
///
/// /// A block of bytes allocated by hand. The first `len` bytes are in use.
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
/// before methods of these names on `T`. All other methods of the trait begin with two underscores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `DeepSize`",
    label = "`{Self}` cannot be measured",
    note = "if the type is yours, add `#[derive(DeepSize)]` to it; if it is an associated type such as `T::Item`, add `bound = \"T::Item: DeepSize\"` to the field; if it is a trait object, make `DeepSize` a supertrait of its trait, or write `with = with::each(with::opaque)` on a `Box` of it",
    note = "if its crate is in docs/crates.md, enable the feature of that name, as in `features = [\"smallvec\"]`; otherwise use `#[deep_size(with = path)]` or `#[deep_size(skip)]`"
)]
#[doc(alias = "MallocSizeOf")]
#[doc(alias = "GetSize")]
#[doc(alias = "MemSize")]
pub trait DeepSize {
    /// Reports everything that `self` owns outside its own [`size_of_val`] bytes.
    ///
    /// The walk calls this method; to measure a value, call [`deep_size`](Self::deep_size). An impl passes each part to
    /// the [`Walker`]: a field to [`field`](Walker::field), an allocated block to
    /// [`allocation`](Walker::allocation), and so on. It must not panic or block, and must not change the value.
    ///
    /// The walk checks the stack in each call of the [`Walker`], not before it calls the impl. On a fresh stack, at least 1 MiB is left
    /// for the frame of an impl and of the functions that the impl calls (512 KiB on 32-bit targets). Until the walk switches to a
    /// fresh stack, the caller's stack must suffice. A larger frame can overflow the stack.
    fn walk_owned(&self, walker: &mut Walker<'_>);

    /// Whether no value of this type can ever own memory outside itself, so a collection need not visit its elements.
    ///
    /// The derive composes it from the fields. A type that owns the target of a pointer returns `false` without
    /// checking the target's type, so recursive types terminate.
    ///
    /// `false` is always correct, but slower. A type that returns `true` must report nothing in
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
    /// The sum of [`size_of_val`] and [`heap_size`](Self::heap_size). The time is linear in the number of values that are
    /// not [flat](Self::is_flat), and in the entries of B-trees.
    ///
    /// Does not allocate for up to four shared blocks (behind `Rc`, `Arc`) with more than one handle. For more blocks, it
    /// allocates at most 64 bytes each, and 96 while their set grows, and frees them before it returns. Adjacent blocks take far less.
    ///
    /// A reference owns nothing, so `deep_size` of a `&&T` is the size of a pointer: dereference it first.
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

    /// The bytes of every allocation that `self` owns, each allocation once, without the shallow size.
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
        Walker::new(&mut Visited::new(), Watch::None).sum(self).deep_size
    }

    /// `before` plus the bytes that the value owns, in a walk without an observer. The argument keeps the sum in a register.
    ///
    /// Sums of real blocks cannot overflow, so they wrap and debug builds skip the check.
    #[doc(hidden)]
    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        self.walk_owned(walker);
        before
    }

    /// The same for a slice: strings and flat vectors are summed without a branch, all others with prefetches.
    ///
    /// For bytes, an observed walk calls this method to report their content.
    #[doc(hidden)]
    #[inline]
    fn __sum_slice(elements: &[Self], before: usize, walker: &mut Walker<'_>) -> usize
    where
        Self: Sized,
    {
        if Self::is_flat() { before } else { walker.sum_elements(elements, before) }
    }

    /// The first two addresses outside the value that `__sum` reads, or 0. Used to prefetch, and to estimate locality.
    #[doc(hidden)]
    #[inline]
    fn __next_reads(&self) -> [usize; 2] {
        [0; 2]
    }

    /// Reports the same as `walk_owned`, except for the last part, which it may return. The walk then visits that part.
    #[doc(hidden)]
    #[inline]
    fn __walk_but_last(&self, walker: &mut Walker<'_>) -> LastPart<'_> {
        self.walk_owned(walker);
        None
    }

    /// Facts about the concrete type, also behind `dyn`.
    #[doc(hidden)]
    #[inline(always)]
    fn __type_info(&self) -> TypeInfo {
        TypeInfo::manual::<Self>()
    }
}
