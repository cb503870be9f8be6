//! Functions that measure fields of types without an impl.
//!
//! Pass them to [`Walker::field_with`](crate::Walker::field_with) or `#[deep_size(with = …)]`.
//!
//! | the field | function |
//! | --- | --- |
//! | owns nothing | [`flat`] |
//! | owns memory of unknown size | [`opaque`] |
//! | is a `Box`, `Rc` or `Arc` of a `dyn Trait` without an impl | [`each`]`(`[`opaque`]`)`, which counts the block |
//! | owns a block exactly as long as the text it dereferences to | [`text`] |
//! | owns a block exactly as long as the elements it dereferences to | [`slice()`] |
//! | owns such a block, with spare capacity that it does not expose | [`text_at_least`], [`slice_at_least`] |
//! | owns such a block, and exposes its capacity | [`buffer`], or a function declared with [`by_capacity!`](crate::by_capacity) |
//! | is a container of such values | [`each`], [`map`] or [`tuple()`], with functions for the values |
//! | implements [`DeepSize`], inside such a container | `DeepSize::walk_owned` |
//!
//! A function that takes a `&str` or `&[T]` also measures types that dereference to it.
//!
//! If the type of the field can change, wrap it: [`Flat`] and [`Opaque`] implement `DeepSize` around any type.
//!
//! # Examples
//!
//! ```
//! use deep_size_core::{DeepSize, Walker, with};
//!
//! # mod other {
//! #     pub struct Name(pub Box<str>);
//! #     impl std::ops::Deref for Name {
//! #         type Target = str;
//! #         fn deref(&self) -> &str {
//! #             &self.0
//! #         }
//! #     }
//! #     pub struct Engine;
//! # }
//! // Both types belong to another crate. A `Name` owns a block with its text.
//! struct Person {
//!     name: other::Name,
//!     engine: other::Engine,
//! }
//!
//! impl DeepSize for Person {
//!     fn walk_owned(&self, walker: &mut Walker<'_>) {
//!         walker.field_with("name", &*self.name, with::text);
//!         walker.field_with("engine", &self.engine, with::flat);
//!     }
//! }
//! let person = Person { name: other::Name("Ada".into()), engine: other::Engine };
//! assert_eq!(person.heap_size(), 3);
//! ```
//!
//! With the derive, the attribute is `#[deep_size(with = deep_size::with::text)]`.

use core::alloc::Layout;

use crate::container::{Container, FieldFunctions, Map};
use crate::{DeepSize, Reason, Walker};

pub use crate::wrapper::{Flat, Opaque};

/// Reports nothing. Use it for types that own nothing.
///
/// With the derive, `#[deep_size(skip)]` does the same, and the enclosing type can still be [flat](DeepSize::is_flat).
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, with};
///
/// struct Id(std::num::ParseIntError);
///
/// impl DeepSize for Id {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("0", &self.0, with::flat);
///     }
/// }
/// let error = "no number".parse::<u8>().unwrap_err();
/// assert_eq!(Id(error).heap_size(), 0);
/// ```
#[inline]
pub fn flat<T: ?Sized>(_value: &T, _walker: &mut Walker<'_>) {}

/// Reports that the value owns memory of unknown size ([`Reason::Hidden`]). No bytes are counted.
///
/// For a `Box`, `Rc` or `Arc` of any type, [`each`]`(opaque)` also counts the block:
///
/// ```
/// use std::fmt;
/// use deep_size_core::{DeepSize, Walker, with};
///
/// struct Format(Box<dyn Fn(usize, &mut fmt::Formatter<'_>) -> fmt::Result>);
///
/// impl DeepSize for Format {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("0", &self.0, with::each(with::opaque));
///     }
/// }
/// let captured = [0_u8; 1000];
/// let format = Format(Box::new(move |index, f| write!(f, "{}", captured[index])));
/// assert_eq!(format.heap_size(), 1000);
/// ```
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Tally, Walker, with};
///
/// struct Parser<F>(F);
///
/// impl<F: Fn(&str)> DeepSize for Parser<F> {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("0", &self.0, with::opaque);
///     }
/// }
/// let captured = String::from("captured");
/// let mut tally = Tally::new();
/// tally.add(&Parser(move |text: &str| assert_ne!(text, captured)));
/// assert!(!tally.is_exact());
/// ```
#[inline]
pub fn opaque<T: ?Sized>(_value: &T, walker: &mut Walker<'_>) {
    walker.opaque(Reason::Hidden);
}

/// Reports a block of exactly the bytes of this text, like the block of a `Box<str>`.
///
/// Do not use it for types that store short texts inline, share long ones, or have spare capacity.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, with};
///
/// struct Name(Box<str>);
///
/// impl DeepSize for Name {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         with::text(&self.0, walker);
///     }
/// }
/// assert_eq!(Name("Ada".into()).heap_size(), 3);
/// ```
#[inline]
pub fn text(text: &str, walker: &mut Walker<'_>) {
    buffer(text.as_bytes(), text.len(), walker);
}

/// Reports a block of exactly these elements, like the block of a `Box<[T]>`, and visits the elements.
///
/// Takes time linear in the number of elements, unless `T` is [flat](DeepSize::is_flat).
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, with};
///
/// struct Names(Box<[String]>);
///
/// impl DeepSize for Names {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         with::slice(&self.0, walker);
///     }
/// }
/// assert_eq!(Names(Box::new([String::from("Ada")])).heap_size(), 24 + 3);
/// ```
#[inline]
pub fn slice<T: DeepSize>(elements: &[T], walker: &mut Walker<'_>) {
    buffer(elements, elements.len(), walker);
}

/// Reports the text as [`text`] does, as a lower bound ([`Reason::Capacity`]): spare capacity may make the block larger.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Tally, Walker, with};
///
/// struct Url(String);
///
/// impl DeepSize for Url {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         with::text_at_least(&self.0, walker);
///     }
/// }
/// let mut tally = Tally::new();
/// assert_eq!(tally.add(&Url("https://a.example".into())), 24 + 17);
/// assert!(!tally.is_exact());
/// ```
#[inline]
pub fn text_at_least(value: &str, walker: &mut Walker<'_>) {
    slice_at_least(value.as_bytes(), walker);
}

/// Reports the elements as [`slice()`] does, as a lower bound ([`Reason::Capacity`]): spare capacity may make the block larger.
///
/// Zero-sized elements take no block, so their size is exact.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Tally, Walker, with};
///
/// struct Samples(Vec<u32>);
///
/// impl DeepSize for Samples {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         with::slice_at_least(&self.0, walker);
///     }
/// }
/// let mut tally = Tally::new();
/// assert_eq!(tally.add(&Samples(Vec::with_capacity(9))), 24);
/// assert!(!tally.is_exact());
/// ```
#[inline]
pub fn slice_at_least<T: DeepSize>(elements: &[T], walker: &mut Walker<'_>) {
    if size_of::<T>() > 0 {
        walker.lower_bound(Reason::Capacity, None);
        if elements.is_empty() {
            walker.uncounted_block(elements);
        }
    }
    slice(elements, walker);
}

/// Reports a block with room for `capacity` elements, and visits the elements in it.
///
/// Takes time linear in the number of elements, unless `T` is [flat](DeepSize::is_flat).
/// [`by_capacity!`](crate::by_capacity) declares functions that call it.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, with};
///
/// struct Names(Vec<String>);
///
/// impl DeepSize for Names {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         with::buffer(&self.0, self.0.capacity(), walker);
///     }
/// }
/// assert_eq!(Names(Vec::with_capacity(5)).heap_size(), 5 * 24);
/// ```
pub fn buffer<T: DeepSize>(elements: &[T], capacity: usize, walker: &mut Walker<'_>) {
    // Never fails for a block that exists.
    if let Ok(layout) = Layout::array::<T>(capacity) {
        walker.allocation(elements.as_ptr(), layout, size_of_val(elements));
    }
    walker.elements(elements);
}

/// Measures a container of values without an impl: reports the container's own memory, and each element with `function`.
///
/// | container | elements |
/// | --- | --- |
/// | `Vec`, `VecDeque`, `BinaryHeap`, `LinkedList`, `BTreeSet`, `HashSet`, slices, arrays | all |
/// | `IntoIter` of vectors and arrays | the remaining ones |
/// | `Option`, `OnceCell`, `OnceLock`, `LazyCell`, `LazyLock` | the value, if there is one |
/// | `RefCell`, `Mutex`, `RwLock` | the contents |
/// | `Cell` | none: it does not expose its contents, so it is opaque |
/// | `Box`, `Rc`, `Arc`, and these in a `Pin` | the target; a shared block counts once |
/// | `Cow` | the owned value, if there is one |
/// | ranges, `Bound` | the bounds |
/// | `Reverse`, `Wrapping`, `Saturating`, `ManuallyDrop`, `AssertUnwindSafe` | the contents |
///
/// With the features of their crates, also measures these types:
///
/// - the sets of `hashbrown`, `indexmap` and `ordermap`
/// - `SmallVec`, `ArrayVec`, `ThinVec`, `Slab`, and `SlotMap`, `HopSlotMap` and `SecondaryMap`
/// - the arenas of `id-arena`, `la-arena` and `generational-arena`
/// - the locks of `lock_api`, `parking_lot` and `tokio`, the cells of `once_cell` and `tokio`, and `triomphe::Arc`
///
/// The container's memory is measured as exactly as by its own impl. Takes time linear in the number of elements.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use deep_size_core::{DeepSize, Walker, with};
///
/// /// Belongs to another crate.
/// struct Foreign(u64);
///
/// struct Mine {
///     boxed: Box<[Foreign]>,
///     shared: Vec<Arc<Foreign>>,
/// }
///
/// impl DeepSize for Mine {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("boxed", &self.boxed, with::each(with::each(with::flat)));
///         walker.field_with("shared", &self.shared, with::each(with::each(with::flat)));
///     }
/// }
/// let shared = Arc::new(Foreign(1));
/// let mine = Mine { boxed: Box::new([Foreign(2), Foreign(3)]), shared: vec![shared.clone(), shared] };
/// assert_eq!(mine.heap_size(), 2 * 8 + 2 * size_of::<Arc<Foreign>>() + (2 * size_of::<usize>() + 8));
/// ```
///
/// With the derive, the attribute is `#[deep_size(with = with::each(with::flat))]`.
#[inline]
pub fn each<C, F>(function: F) -> impl Fn(&C, &mut Walker<'_>)
where
    C: Container + ?Sized,
    F: Fn(&C::Element, &mut Walker<'_>),
{
    move |container: &C, walker: &mut Walker<'_>| container.walk_each(walker, &function)
}

/// Measures a `HashMap` or `BTreeMap` as [`each`] does, with a function for the keys and one for the values.
///
/// Pass `DeepSize::walk_owned` for keys or values that implement [`DeepSize`]. Also measures a `Result` with functions for `Ok` and
/// `Err`, and a `ControlFlow` with functions for `Break` and `Continue`.
///
/// With the features of their crates, also measures the maps of `hashbrown`, `indexmap`, `ordermap` and `dashmap`, and `Either`.
/// The `Graph` and `StableGraph` of `petgraph` take functions for nodes and edges.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use deep_size_core::{DeepSize, Walker, with};
///
/// /// Belongs to another crate.
/// #[derive(PartialEq, Eq, PartialOrd, Ord)]
/// struct Foreign(u64);
///
/// struct Timers(BTreeMap<(Foreign, u64), String>);
///
/// impl DeepSize for Timers {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("0", &self.0, with::map(with::flat, DeepSize::walk_owned));
///     }
/// }
/// let names = BTreeMap::from([((1, 2), String::from("late"))]);
/// let timers = Timers(BTreeMap::from([((Foreign(1), 2), String::from("late"))]));
/// assert_eq!(timers.heap_size(), names.heap_size());
/// # let _: BTreeMap<(u64, u64), String> = names;
/// ```
#[inline]
pub fn map<M, K, V>(key: K, value: V) -> impl Fn(&M, &mut Walker<'_>)
where
    M: Map,
    K: Fn(&M::Key, &mut Walker<'_>),
    V: Fn(&M::Value, &mut Walker<'_>),
{
    move |map: &M, walker: &mut Walker<'_>| map.walk_entries(walker, &key, &value)
}

/// Measures a tuple with a function for each field.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, with};
///
/// /// Belongs to another crate.
/// struct Foreign(u64);
///
/// struct Log(Vec<(Foreign, String)>);
///
/// impl DeepSize for Log {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("0", &self.0, with::each(with::tuple((with::flat, DeepSize::walk_owned))));
///     }
/// }
/// assert_eq!(Log(vec![(Foreign(1), String::from("first"))]).heap_size(), 32 + 5);
/// ```
#[inline]
pub fn tuple<T, F>(functions: F) -> impl Fn(&T, &mut Walker<'_>)
where
    F: FieldFunctions<T>,
{
    move |tuple: &T, walker: &mut Walker<'_>| functions.walk_fields(tuple, walker)
}

/// Declares functions for `#[deep_size(with = …)]` that measure types of other crates by their capacity.
///
/// The type needs a method `capacity()` and `AsRef<[Element]>`. Declare each function as `fn name(Type) as Element;`, or as
/// `fn name(Type<T>) as T where [T: DeepSize];` for a generic type. The function calls
/// [`with::buffer`](crate::with::buffer), which visits the elements.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker, by_capacity};
///
/// # mod other {
/// #     pub type Rope = String;
/// #     pub type Stack<T> = Vec<T>;
/// # }
/// by_capacity! {
///     /// The block of a `Rope`.
///     fn rope(other::Rope) as u8;
///     pub fn stack(other::Stack<T>) as T where [T: DeepSize];
/// }
///
/// struct Editor {
///     text: other::Rope,
///     undo: other::Stack<String>,
/// }
///
/// impl DeepSize for Editor {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field_with("text", &self.text, rope);
///         walker.field_with("undo", &self.undo, stack);
///     }
/// }
/// let editor = Editor { text: String::with_capacity(100), undo: Vec::with_capacity(10) };
/// assert_eq!(editor.heap_size(), 100 + 10 * size_of::<String>());
/// ```
#[macro_export]
macro_rules! by_capacity {
    ($($(#[$attribute:meta])* $visibility:vis fn $name:ident($type:ty) as $element:ty $(where [$($generics:tt)*])?;)*) => {$(
        $(#[$attribute])*
        $visibility fn $name $(<$($generics)*>)? (value: &$type, walker: &mut $crate::Walker<'_>) {
            $crate::with::buffer::<$element>(::core::convert::AsRef::as_ref(value), value.capacity(), walker);
        }
    )*};
}

/// Implements [`DeepSize`] for [flat](DeepSize::is_flat) types: their values own no memory outside themselves.
///
/// Use it for types that cannot use the derive; others take `#[deep_size(flat)]`. The parameters of a generic type follow it,
/// as in `Key<T> where [T]`. The fields are not checked: memory that they own is not counted.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, flat_types};
///
/// # mod other {
/// #     pub struct Instant(pub u64);
/// #     pub struct Handle<T>(pub u32, pub std::marker::PhantomData<T>);
/// # }
/// struct Time(other::Instant);
/// struct Key<T>(other::Handle<T>);
///
/// flat_types! { Time, Key<T> where [T] }
///
/// assert!(Time::is_flat() && Key::<String>::is_flat());
/// assert_eq!(vec![Time(other::Instant(1)), Time(other::Instant(2))].heap_size(), 2 * size_of::<Time>());
/// ```
///
/// The orphan rule excludes types of other crates. Wrap such a type in [`with::Flat`](crate::with::Flat), or pass
/// [`with::flat`](crate::with::flat) for the field:
///
/// ```compile_fail,E0117
/// deep_size_core::flat_types! { std::num::ParseFloatError }
/// ```
#[macro_export]
macro_rules! flat_types {
    ($($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? $crate::DeepSize for $type {
            #[inline]
            fn walk_owned(&self, _: &mut $crate::Walker<'_>) {}

            #[inline]
            fn is_flat() -> ::core::primitive::bool {
                true
            }
        }
    )*};
}
