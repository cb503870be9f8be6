//! What derived impls refer to. Not part of the public interface.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::course::Outset;
use crate::machine::prefetch;
use crate::{DeepSize, Walker};

pub use crate::Totals;
pub use crate::evident::Evident;

pub use core::marker::Copy;
pub use core::option::Option;
pub use core::primitive::{bool, usize};

/// The parts of a value, each of which can say what it adds. A derive writes them down once, for all who ask.
#[doc(hidden)]
pub trait Parts {
    /// Shows the parts in order.
    fn visit_parts<'p, V: Visitor<'p>>(&'p self, visitor: &mut V);
}

/// Someone who asks about the parts of a value.
///
/// A type of its own for each question, so that a compiler makes of each what a hand would write.
#[doc(hidden)]
pub trait Visitor<'p> {
    /// The active variant of an enum.
    fn variant(&mut self, name: &'static str);

    /// A field.
    fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &'p T);

    /// A field that owns nothing.
    fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T);
}

/// Reports the parts to the walker.
#[inline]
pub fn walk<T: Parts + ?Sized>(value: &T, walker: &mut Walker<'_>) {
    value.visit_parts(walker);
}

/// The bytes before, and what the parts add to them in a walk that nobody watches.
#[inline]
pub fn sum<'v, T: Parts + ?Sized>(value: &'v T, before: usize, walker: &mut Walker<'v>) -> usize {
    let mut sum = Sum { walker, bytes: before };
    value.visit_parts(&mut sum);
    sum.bytes
}

/// The blocks before, and those that the parts add to them.
#[inline]
pub fn count<'v, T: Parts + ?Sized>(value: &'v T, before: Totals, walker: &mut Walker<'v>) -> Totals {
    let mut count = Count { walker, totals: before };
    value.visit_parts(&mut count);
    count.totals
}

/// What a value owns, for a walk of its own.
// Inlined always, so that what is put into it goes through the compiler's passes once.
#[inline(always)]
pub fn heap_size<T: DeepSize + ?Sized>(value: &T) -> usize {
    let mut outset = Outset::begin();
    let mut walker = outset.walker();
    let bytes = value.sum_owned(&mut walker);
    bytes.saturating_add(walker.course.bytes)
}

/// The same for a value that may need no walk.
#[inline(always)]
pub fn evident_heap_size<T: DeepSize + ?Sized>(value: &T) -> usize {
    Evident::sum_of(value).unwrap_or_else(|| heap_size(value))
}

/// The sum before, and what the parts add to it, if that is evident of all of them.
#[inline]
pub fn evident<T: Parts + ?Sized>(value: &T, before: Evident) -> Option<Evident> {
    let mut sum = EvidentSum(Some(before));
    value.visit_parts(&mut sum);
    sum.0
}

/// Where that sum reads first.
#[inline]
pub fn leads_to<T: Parts + ?Sized>(value: &T) -> usize {
    let mut first = First(0);
    value.visit_parts(&mut first);
    first.0
}

/// Asks for what the parts will read.
#[inline]
pub fn ask_ahead<T: Parts + ?Sized>(value: &T, further: bool) {
    value.visit_parts(&mut Ask { further });
}

/// Asks for what all parts but the first lead to, of a value whose parts lead to values like it, as those of a tree's node do.
#[inline]
pub fn ask_for_branches<T: Parts + ?Sized>(value: &T) {
    value.visit_parts(&mut Branches { first: true });
}

/// Whether a glance shows that no part owns anything.
#[inline]
pub fn is_bare<T: Parts + ?Sized>(value: &T) -> bool {
    let mut bare = Bare(true);
    value.visit_parts(&mut bare);
    bare.0
}

impl<'p> Visitor<'p> for Walker<'_> {
    #[inline]
    fn variant(&mut self, name: &'static str) {
        self.variant(name);
    }

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, name: &'static str, value: &'p T) {
        self.field(name, value);
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, name: &'static str, value: &T) {
        self.flat_field(name, value);
    }
}

struct Sum<'a, 'w> {
    walker: &'a mut Walker<'w>,
    bytes: usize,
}

impl<'p> Visitor<'p> for Sum<'_, 'p> {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    // Else a compiler may keep the sum in memory, and a list is no loop. In a debug build, where that would be so anyway, one
    // function for each type of field is less to compile than one for each field.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        self.bytes = value.__sum_onto(self.bytes, self.walker);
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

struct Count<'a, 'w> {
    walker: &'a mut Walker<'w>,
    totals: Totals,
}

impl<'p> Visitor<'p> for Count<'_, 'p> {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        self.totals = value.__count_onto(self.totals, self.walker);
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

struct EvidentSum(Option<Evident>);

impl<'p> Visitor<'p> for EvidentSum {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        self.0 = self.0.and_then(|before| value.__evident_sum(before));
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

/// The first address that is one.
struct First(usize);

impl<'p> Visitor<'p> for First {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        if self.0 == 0 {
            self.0 = value.leads_to();
        }
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

struct Ask {
    further: bool,
}

impl<'p> Visitor<'p> for Ask {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        value.__ask_ahead(self.further);
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

/// Asks for what the parts behind the first one lead to.
struct Branches {
    first: bool,
}

impl<'p> Visitor<'p> for Branches {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        let address = value.leads_to();
        if !self.first && address != 0 {
            prefetch(address);
        }
        self.first = false;
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

struct Bare(bool);

impl<'p> Visitor<'p> for Bare {
    #[inline]
    fn variant(&mut self, _: &'static str) {}

    #[inline]
    fn field<T: DeepSize + ?Sized>(&mut self, _: &'static str, value: &'p T) {
        self.0 = self.0 && value.__is_bare();
    }

    #[inline]
    fn flat_field<T: ?Sized>(&mut self, _: &'static str, _: &T) {}
}

/// Asks of a field's type whether it is flat, without requiring that it implements [`DeepSize`].
///
/// A plain `<T as DeepSize>::is_flat()` would repeat the error that the field's own visit gives when the impl is missing,
/// and cannot be written for a field that may be unsized. Here both cases find the method of [`Unknown`] instead: method
/// lookup takes the inherent method only where its bounds hold.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(Unknown, PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The question.
    pub const NEW: Self = Self(Unknown, PhantomData);
}

impl<T: DeepSize> Probe<T> {
    /// The type's own answer. The name is one that no trait in a user's scope is likely to have.
    #[inline]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
        T::is_flat()
    }
}

impl<T: ?Sized> Deref for Probe<T> {
    type Target = Unknown;

    #[inline]
    fn deref(&self) -> &Unknown {
        &self.0
    }
}

/// What [`Probe`] answers for types of which nothing is known.
#[derive(Debug)]
pub struct Unknown;

impl Unknown {
    /// `false` is always right.
    #[inline]
    #[must_use]
    pub fn deep_size_is_flat(&self) -> bool {
        false
    }
}

/// The first of these addresses that is one.
#[inline]
#[must_use]
pub fn first_address<const N: usize>(addresses: [usize; N]) -> usize {
    addresses.into_iter().find(|&address| address != 0).unwrap_or(0)
}

/// Counts what a field marked `borrowed` points to.
#[inline]
pub fn borrowed<P: Pointer + ?Sized>(pointer: &P, walker: &mut Walker<'_>) {
    pointer.walk_target(walker);
}

/// The type of a field marked `borrowed`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be marked `borrowed`",
    label = "not a reference, and does not implement `Deref`",
    note = "`borrowed` counts what a reference points to; without it, a field counts what it owns"
)]
pub trait Pointer {
    /// Counts what the pointer points to.
    fn walk_target(&self, walker: &mut Walker<'_>);
}

impl<P> Pointer for P
where
    P: Deref + ?Sized,
    P::Target: DeepSize,
{
    #[inline]
    fn walk_target(&self, walker: &mut Walker<'_>) {
        walker.borrowed(&**self);
    }
}

/// Fails to compile, with a message of our own, for a field that had to be `Copy` and is not.
///
/// A plain bound would speak of `String: Copy` where the field is a `ManuallyDrop<String>`. Method lookup as in [`Probe`]
/// leads such a type to the methods of [`NotCopy`], whose bounds nothing meets.
#[derive(Debug)]
pub struct Copied<T>(NotCopy<T>);

impl<T> Copied<T> {
    /// The question.
    pub const NEW: Self = Self(NotCopy(PhantomData));
}

impl<T: Copy> Copied<T> {
    /// The field can be copied out of a packed struct.
    #[inline]
    pub fn deep_size_packed_field(&self) {}

    /// The field of a union owns nothing.
    #[inline]
    pub fn deep_size_union_field(&self) {}
}

impl<T> Deref for Copied<T> {
    type Target = NotCopy<T>;

    #[inline]
    fn deref(&self) -> &NotCopy<T> {
        &self.0
    }
}

/// Where [`Copied`] leads a type that is not `Copy`.
#[derive(Debug)]
pub struct NotCopy<T>(PhantomData<T>);

impl<T> NotCopy<T> {
    /// Cannot be called.
    pub fn deep_size_packed_field(&self)
    where
        T: PackedField,
    {
    }

    /// Cannot be called.
    pub fn deep_size_union_field(&self)
    where
        T: UnionField,
    {
    }
}

/// Stands for `Copy` in messages about packed structs; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct must be `Copy` to be measured, and `{Self}` is not",
    label = "can be neither borrowed from a packed struct nor copied out of it",
    note = "leave the field out with `#[deep_size(skip)]`, or implement `DeepSize` for the struct by hand"
)]
pub trait PackedField {}

/// Stands for `Copy` in messages about unions; no type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of a union must be `Copy`, so that it owns nothing, and `{Self}` is not",
    label = "may own memory, and nothing tells whether this field is the active one",
    note = "if it owns nothing, say so with `#[deep_size(skip)]`; otherwise implement `DeepSize` for the union by hand"
)]
pub trait UnionField {}
