use core::any;

use crate::evident::Evident;
use crate::machine::ask_for_block;
use crate::observer::Leaf;
use crate::sum::Sum as _;
use crate::{__private, Role, Totals, Walker};

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
#[diagnostic::on_unimplemented(
    message = "the deep size of `{Self}` is not known",
    label = "`{Self}` does not implement `DeepSize`",
    note = "if the type is yours, add `#[derive(DeepSize)]` to it; if it is a trait object, make `DeepSize` a supertrait of its trait",
    note = "if it belongs to `std`, `alloc` or another crate, see whether a feature of `deep-size` is missing",
    note = "a field can be measured by a function with `#[deep_size(with = path)]`, or left out with `#[deep_size(skip)]`"
)]
pub trait DeepSize {
    /// Reports everything `self` owns outside its own [`size_of_val`] bytes.
    ///
    /// Called by the walk; to measure a value, call [`deep_size`](Self::deep_size). An impl hands each of its parts to
    /// the [`Walker`]: fields with [`field`](Walker::field), blocks it allocated with
    /// [`allocation`](Walker::allocation), and so on. It must not panic or block, and must not change what it measures.
    fn walk_owned(&self, walker: &mut Walker<'_>);

    /// Whether no value of this type can ever own memory outside itself, so that a collection need not visit its
    /// elements.
    ///
    /// The derive composes it from the fields. Anything that owns what is behind a pointer answers `false` without
    /// looking further, so the question ends on recursive types too. Answering `false` is always right, if slower;
    /// a type that answers `true` must report nothing in [`walk_owned`](Self::walk_owned).
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

    /// The bytes that [`walk_owned`](Self::walk_owned) reports, for a walk that nobody watches: what it does not return it
    /// adds to the walker's total.
    ///
    /// Provided, so that a hand-written impl need not care. The derive and this crate's impls write it too, since a sum that
    /// is returned stays in a register, where one kept in the walker goes through memory.
    ///
    /// ```
    /// use deep_size_core::{DeepSize, Walker};
    ///
    /// struct Pair(String, String);
    ///
    /// impl DeepSize for Pair {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         walker.field("0", &self.0);
    ///         walker.field("1", &self.1);
    ///     }
    ///
    ///     fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
    ///         self.0.sum_owned(walker) + self.1.sum_owned(walker)
    ///     }
    /// }
    /// assert_eq!(Pair("a".into(), "bc".into()).heap_size(), 3);
    /// ```
    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        self.walk_owned(walker);
        0
    }

    /// The bytes that [`sum_owned`](Self::sum_owned) tells of, and those before.
    ///
    /// Provided. Where the last thing that a sum does is to ask for another one, as in a list or a tree, a compiler makes a loop of it.
    #[doc(hidden)]
    #[inline]
    fn __sum_onto<'v>(&'v self, before: usize, walker: &mut Walker<'v>) -> usize {
        // Cannot overflow, for each byte in memory is counted once; so a debug build need not check.
        before.wrapping_add(self.sum_owned(walker))
    }

    /// The blocks that [`walk_owned`](Self::walk_owned) reports, and those before, for an observer that asks for
    /// [totals](crate::Detail::Totals): what it does not return it tells the walker of.
    ///
    /// Provided. As `__sum_onto`, and written for the same types.
    #[doc(hidden)]
    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        // A walker of its own, of which the compiler knows what it does where it is passed on to no other function.
        if let Some(mut walker) = walker.counting_apart() {
            self.walk_owned(&mut walker);
        }
        before
    }

    /// The address that [`sum_owned`](Self::sum_owned) reads first outside the value; 0 if it reads none.
    ///
    /// Provided, and only a hint: a walk over many values asks the processor to fetch what they lead to some values ahead.
    #[inline]
    fn leads_to(&self) -> usize {
        0
    }

    /// Asks the processor for the blocks that [`sum_owned`](Self::sum_owned) will read; if `further`, those are at hand, and it asks for
    /// the ones that they lead to.
    ///
    /// Provided, and as [`leads_to`](Self::leads_to) only a hint.
    #[doc(hidden)]
    #[inline]
    fn __ask_ahead(&self, further: bool) {
        if !further {
            ask_for_block(self.leads_to(), 1);
        }
    }

    /// The sum before, and what [`sum_owned`](Self::sum_owned) returns, if that can be known without a walker.
    ///
    /// Provided. To set up a walker takes longer than to measure a handle or two, or the table of a map of numbers.
    #[doc(hidden)]
    #[inline]
    fn __evident_sum(&self, _before: Evident) -> Option<Evident> {
        None
    }

    /// Whether a glance at the value, and at nothing outside it, shows that it owns nothing; `false` is always right.
    ///
    /// Provided. A walk asks it behind a `Box`, where it spares the leaves of a tree, which are half of its nodes, a call each.
    #[doc(hidden)]
    #[inline]
    fn __is_bare(&self) -> bool {
        false
    }

    /// The bytes that all these values own together, for a walk that nobody watches.
    ///
    /// Provided, and only faster written by hand: for values side by side of which each can say in an instruction what it
    /// owns, the sum is a loop without a branch.
    #[inline]
    fn sum_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> usize
    where
        Self: Sized,
    {
        walker.sum_each(elements, |element, walker| element.__sum_onto(0, walker))
    }

    /// The blocks that all these values own together, as `__count_onto` tells of each.
    #[doc(hidden)]
    #[inline]
    fn __count_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> Totals
    where
        Self: Sized,
    {
        walker.sum_each(elements, Totals::of)
    }

    /// The bytes of `self` and of every allocation it owns, each allocation once.
    ///
    /// That is [`size_of_val`] plus [`heap_size`](Self::heap_size). Takes time linear in the number of values that are
    /// not [flat](Self::is_flat), and allocates nothing unless more than four shared blocks (behind `Rc`, `Arc`) with more
    /// than one owner are met: then at most 24 bytes for each, until it returns.
    ///
    /// ```
    /// use deep_size_core::DeepSize;
    ///
    /// let name = String::with_capacity(100);
    /// assert_eq!(name.deep_size(), size_of::<String>() + 100);
    /// ```
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
    #[must_use]
    fn heap_size(&self) -> usize {
        __private::heap_size(self)
    }

    /// Tells the observer of the value and of all it owns. Provided; types whose values own one block at most tell all at once.
    #[doc(hidden)]
    #[inline]
    fn __walk_node(&self, role: Role, walker: &mut Walker<'_>) {
        walker.enter_and_walk(role, self);
    }

    /// What the values of this type have in common if each owns one block at most, with nothing but flat values in it.
    #[doc(hidden)]
    #[inline]
    fn __leaf() -> Option<Leaf>
    where
        Self: Sized,
    {
        None
    }

    /// The bytes that these values are, if they are bytes.
    #[doc(hidden)]
    #[inline]
    fn __slice_bytes(_: &[Self]) -> Option<&[u8]>
    where
        Self: Sized,
    {
        None
    }

    /// The bytes of that block, and how many of them are in use.
    #[doc(hidden)]
    #[inline]
    fn __leaf_bytes(&self) -> (usize, usize)
    where
        Self: Sized,
    {
        (0, 0)
    }

    /// The name of the value's type, for reports; behind a `dyn`, that of the concrete type.
    ///
    /// ```
    /// use deep_size_core::DeepSize;
    ///
    /// let erased: &dyn DeepSize = &7_u8;
    /// assert_eq!(erased.type_name(), "u8");
    /// ```
    #[must_use]
    fn type_name(&self) -> &'static str {
        any::type_name::<Self>()
    }
}
