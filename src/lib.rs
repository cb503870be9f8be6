//! Measures how much memory a value really holds: the value, everything it points to, and each shared allocation once.
//!
//! ```
//! use std::sync::Arc;
//! use deep_size::DeepSize;
//!
//! #[derive(DeepSize)]
//! struct Entry {
//!     id: u64,
//!     tags: Vec<Arc<str>>,
//! }
//!
//! let tag: Arc<str> = "one text for all".into();
//! let entry = Entry { id: 1, tags: vec![tag; 4] };
//!
//! // The entry itself: a number and a vector.
//! assert_eq!(size_of_val(&entry), 8 + 24);
//! // The vector's block of four handles, and one shared block with two counts and the text.
//! assert_eq!(entry.heap_size(), 4 * 16 + (16 + 16));
//! assert_eq!(entry.deep_size(), 32 + 96);
//! # assert_eq!(entry.id, 1);
//! ```
//!
//! # The contract
//!
//! For every supported type, `value.deep_size()` equals `size_of_val(&value)` plus the live bytes that the allocator handed out for the
//! value. Sizes are in bytes, as requested from the allocator. Each exception is listed below with its bound and shows in the result:
//! [`Size::of`] measures a value and states the certainty of the size. [`Observer::opaque`] and [`Observer::lower_bound`] receive
//! the [`Reason`].
//! Exceptions that cannot be detected are marked *silent*.
//!
//! A size is never too large if no one changes the value during the walk and hand-written impls report correctly. There is one
//! exception: a block counts twice if a value owns its only handle and also borrows it (`#[deep_size(borrowed)]`).
//!
//! Measuring never panics, never waits for a lock, and never overflows the stack. It allocates only if more than four shared blocks
//! have several owners: at most 64 bytes for each, and 96 while the set grows. Adjacent blocks take far less.
//!
//! # Where the bytes are
//!
//! [`inspect`](inspect()) walks a value once and returns a [`Report`] (feature `std`): totals, a tree of all paths, a histogram by
//! type, the largest values, the outcome of a drop and who keeps the rest alive ([`ownership`]), and [`advice`] on saving bytes.
//! [`Report::diff`] compares two reports, and a [`Series`] finds the paths that grow over many. A report can be written in other [formats](export) and, with the feature `json`, saved and
//! read back (`saved_report`).
//!
//! A [`Registry`](registry::Registry) holds the named roots of a process, and a [`Census`](census::Census) measures them together.
//!
//! [`dbg_deep_size!`] prints the top of a report and returns the value. [`assert_deep_size!`] checks a value against a limit, and
//! `assert_footprint!` (feature `json`) against a committed file. Your own [`Observer`] can watch the walk.
//!
//! # Vocabulary
//!
//! | term | meaning |
//! | --- | --- |
//! | shallow size | `size_of_val(value)`, padding included |
//! | heap size | the sizes of all live allocations that the value owns, directly or through its parts, each once |
//! | deep size | shallow size + heap size |
//! | spare capacity | allocated bytes that hold no element, see [`Allocation::spare_size`](observer::Allocation::spare_size) |
//! | shared allocation | a block behind `Rc`, `Arc` or a similar handle, counted when the walk first reaches it |
//! | exclusive (retained) size | the bytes that dropping the value now would free, its shallow size included |
//! | external size | the bytes that would stay alive because handles outside the value hold them |
//! | cyclic size | the bytes that would leak because only a cycle of handles inside the value holds them |
//! | flat | a type whose values can never own memory, see [`DeepSize::is_flat`] |
//! | lower bound | a part that was counted, but may be larger; with a limit for the missing bytes, if known |
//! | opaque | a part of unknown size, which was not counted |
//!
//! Ownership is Rust's: references, raw pointers and `Cow::Borrowed` own nothing. A field can opt in to counting the memory it
//! borrows.
//!
//! # Counted exactly, bounded, opaque
//!
//! | types | bytes | |
//! | --- | --- | --- |
//! | `Vec`, `VecDeque`, `BinaryHeap`, `String`, `OsString`, `PathBuf` | capacity × element size, and the memory of the elements | exact |
//! | `CString` | its bytes with the nul | exact |
//! | `Box` | the layout of the value, and the memory it owns | exact |
//! | `Rc`, `Arc` | two counts, the value, its padding, and the memory it owns | exact, once |
//! | `Weak` | nothing while the value lives, then the block | exact, once |
//! | `LinkedList` | a node for each element | exact |
//! | `BTreeMap`, `BTreeSet` | leaves and internal nodes, found by the addresses of the keys | exact; when emptied, up to one leaf less (*silent*) |
//! | `HashMap`, `HashSet` | buckets and control bytes | exact without tombstones; else a lower bound, [`Reason::Tombstones`] (rarely *silent*) |
//! | `Option`, `Result`, `Cow`, tuples to 16, arrays, ranges, `Pin`, `ManuallyDrop`, `OnceCell`, `OnceLock` and other wrappers | their contents | exact |
//! | `RefCell`, `Mutex`, `RwLock` | the contents | exact, or opaque while mutably borrowed or held |
//! | `BufReader`, `BufWriter`, `Cursor` | the buffer and the inner value | exact |
//! | `Cell`, `UnsafeCell`, `MaybeUninit` | nothing if the contents are flat | exact, or opaque |
//! | `LazyCell`, `LazyLock` | the value, once it was forced | exact; opaque before Rust 1.94 |
//! | `dyn Any`, `dyn Error`, `dyn Fn`, `dyn Future`, … | their own bytes | the memory they own is opaque |
//! | trait objects of your traits with `DeepSize` as supertrait | by the concrete type | as that type |
//! | channels, threads, wakers, captured backtraces, `Command` | nothing | opaque |
//! | numbers, atomics, times, addresses, files, sockets, references, pointers, `PhantomData`, … | nothing | exact |
#![cfg_attr(
    doc,
    doc = "\n\nThe [table of types](types) lists every opaque type, and every type without an impl, with the reason."
)]
//!
//! # Deliberately left out
//!
//! - Guards (`MutexGuard`, `Ref`, …) have no impl, so that `guard.deep_size()` measures the guarded value.
//! - Closures have no impl because their types have no names. Behind a `Box<dyn Fn()>` the block is counted.
//! - Entries, drains and views of collections, and iterator adaptors with a closure, expose neither a collection nor its parts.
//! - Memory that an allocator adds to a request, and memory that the operating system keeps for a process, does not belong to a value.
//!
//! To measure a field of such a type, name a function with `#[deep_size(with = path)]`. The module [`with`] has functions for common
//! cases and for containers. To leave the field out, use `#[deep_size(skip)]`. Mark your own types that own nothing with `#[deep_size(flat)]`.
//!
//! # References
//!
//! A reference owns nothing. A method call on a reference to a reference measures the inner reference:
//!
//! ```
//! use deep_size::DeepSize;
//!
//! let names = [String::from("Ada"), String::from("Grace")];
//! let long: Vec<&String> = names.iter().filter(|name| (**name).heap_size() > 3).collect();
//! assert_eq!(long, ["Grace"]);
//!
//! let name: &&String = &long[0];
//! assert_eq!(name.heap_size(), 0);
//! assert_eq!((**name).heap_size(), 5);
//! ```
//!
//! # Features
//!
//! On by default: `std` (implies `alloc`), `alloc`, `derive`, `stack-growth` (implies `std`). Without any of them, the crate is
//! `no_std` and measures the types of `core`. Without `alloc`, shared blocks cannot be recognised. Without `stack-growth`, or on a
//! target whose stacks cannot be switched, a walk stops after 256 KiB of stack (16 KiB without `std`) with [`Reason::TooDeep`].
//!
//! Off by default:
//!
//! - a feature for each crate with impls, such as `bytes` or `tokio`, and `full` for all of them except `smartstring`: see
//!   [the table](https://github.com/deep-size/deep-size/blob/main/docs/crates.md);
//! - `serde`, to serialise reports, and `json`, with the methods for JSON and `assert_footprint!`;
//! - `metrics`, which publishes the sizes of registered roots as gauges;
//! - `pprof`, `heapsnapshot` and `html`, for [formats](export) that need another crate, and `exports` for all formats.
//!
//! # Rust versions
//!
//! Rust 1.85 or newer. The layouts of the standard library's hash tables, B-trees, lists and reference-counted blocks were
//! verified against the allocator on Rust 1.85 and 1.95. On another version, `cargo test --test oracle` verifies them.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]

pub use deep_size_core::{
    DeepSize, Observer, Reason, SharedBlock, Size, Tally, Walker, by_capacity, flat_types, observe, observer,
    with,
};

/// Implements the trait of the same name by reporting each field.
///
/// The [attributes](#attributes) are listed below the examples.
///
/// ```
/// use deep_size::DeepSize;
///
/// #[derive(DeepSize)]
/// struct User {
///     id: u64,
///     name: String,
///     role: Role,
/// }
///
/// #[derive(DeepSize)]
/// enum Role {
///     Admin,
///     Member { groups: Vec<String> },
/// }
///
/// let groups = vec![String::from("staff")];
/// let user = User { id: 1, name: String::from("Ada"), role: Role::Member { groups } };
/// assert_eq!(user.deep_size(), size_of::<User>() + 3 + size_of::<String>() + 5);
/// ```
///
/// # `skip`, `with` and `borrowed`
///
/// `skip` leaves a field out, `with` measures it by a function, and `borrowed` counts the target of a reference:
///
/// ```
/// use deep_size::{DeepSize, Walker};
///
/// # mod other_crate {
/// #     pub struct Foreign(pub Vec<u8>);
/// # }
/// use other_crate::Foreign; // does not implement the trait
///
/// #[derive(DeepSize)]
/// struct Page<'a> {
///     // Counted where the pool is.
///     #[deep_size(skip)]
///     pool: Foreign,
///     #[deep_size(with = foreign)]
///     cache: Foreign,
///     title: &'a str,
///     #[deep_size(borrowed)]
///     text: &'a str,
/// }
///
/// fn foreign(foreign: &Foreign, walker: &mut Walker<'_>) {
///     walker.field("bytes", &foreign.0);
/// }
///
/// let page = Page {
///     pool: Foreign(vec![0; 100]),
///     cache: Foreign(vec![0; 10]),
///     title: "a title",
///     text: "a text",
/// };
/// assert_eq!(page.heap_size(), 10 + "a text".len());
/// ```
///
/// On a variant, `with` gets a reference to each field, then the walker:
///
/// ```
/// use deep_size::{DeepSize, Walker};
///
/// # struct Pixels(Vec<u8>);
/// #[derive(DeepSize)]
/// enum Picture {
///     Empty,
///     #[deep_size(with = image)]
///     Image(String, Pixels),
/// }
///
/// fn image(title: &String, pixels: &Pixels, walker: &mut Walker<'_>) {
///     walker.field("title", title);
///     walker.field("pixels", &pixels.0);
/// }
///
/// let image = Picture::Image(String::from("sea"), Pixels(vec![0; 64]));
/// assert_eq!(image.heap_size(), 3 + 64);
/// ```
///
/// The module [`with`] has functions for the common cases:
///
/// ```
/// use deep_size::{DeepSize, by_capacity, with};
///
/// # mod other {
/// #     pub struct Clock;
/// #     pub type Rope = String;
/// # }
/// by_capacity! {
///     fn rope(other::Rope) as u8;
/// }
///
/// #[derive(DeepSize)]
/// struct Editor {
///     #[deep_size(with = rope)]
///     text: other::Rope,
///     #[deep_size(with = with::text)]
///     name: Box<str>,
///     #[deep_size(with = with::flat)]
///     clock: other::Clock,
///     #[deep_size(with = with::each(rope))]
///     undo: Vec<other::Rope>,
/// }
///
/// let editor = Editor {
///     text: String::with_capacity(100),
///     name: "a.txt".into(),
///     clock: other::Clock,
///     undo: vec![other::Rope::with_capacity(7)],
/// };
/// assert_eq!(editor.heap_size(), 100 + 5 + (24 + 7));
/// ```
///
/// # `flat` and `opaque`
///
/// On a type, `flat` declares that its values own nothing, and `opaque` that they own memory of unknown size. The fields need no impl.
/// Both also work where a macro defines the type, as `bitflags!` does:
///
/// ```
/// use deep_size::{DeepSize, Size};
///
/// # mod other {
/// #     pub struct Instant(pub u64);
/// #     pub struct Engine;
/// # }
/// #[derive(DeepSize)]
/// #[deep_size(flat)]
/// struct Time(other::Instant);
///
/// #[derive(DeepSize)]
/// #[deep_size(opaque)]
/// struct Search(other::Engine);
///
/// assert!(Time::is_flat());
/// assert_eq!(Size::of(&Search(other::Engine)).opaque_part_count, 1);
/// # let _ = Time(other::Instant(1)).0.0;
/// ```
///
/// # `bound`
///
/// `bound` replaces inferred bounds that are too strict:
///
/// ```
/// use std::marker::PhantomData;
/// use deep_size::DeepSize;
///
/// #[derive(DeepSize)]
/// struct Id<T>(u32, PhantomData<T>);
///
/// // The derive would infer `T: DeepSize`, because it cannot see the definition of `Id`.
/// #[derive(DeepSize)]
/// #[deep_size(bound = "")]
/// struct Ids<T> {
///     ids: Vec<Id<T>>,
/// }
///
/// struct Unmeasured;
/// let ids = Ids { ids: vec![Id::<Unmeasured>(1, PhantomData)] };
/// assert_eq!(ids.heap_size(), 4);
/// ```
///
/// # `crate`
///
/// `crate` sets the path where generated code finds `deep-size`:
///
/// ```
/// mod reexports {
///     pub use deep_size as memory;
/// }
/// use reexports::memory::DeepSize;
///
/// #[derive(DeepSize)]
/// #[deep_size(crate = reexports::memory)]
/// struct Name(String);
///
/// assert_eq!(Name(String::from("Ada")).heap_size(), 3);
/// ```
///
#[cfg(feature = "derive")]
pub use deep_size_derive::DeepSize;

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
pub mod advice;
#[cfg(feature = "std")]
pub mod census;
#[cfg(feature = "std")]
pub mod diff;
#[cfg(feature = "std")]
pub mod export;
#[cfg(feature = "json")]
mod footprint;
// As tests, the programs of the guide need these features.
#[cfg(any(all(doc, not(doctest)), all(doctest, feature = "derive", feature = "exports")))]
pub mod guide;
#[cfg(feature = "std")]
pub mod inspect;
#[cfg(feature = "std")]
pub mod layouts;
mod macros;
#[cfg(feature = "std")]
pub mod ownership;
#[cfg(feature = "std")]
pub mod registry;
#[cfg(feature = "serde")]
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
pub mod saved_report;
#[cfg(feature = "std")]
mod series;
#[cfg(feature = "std")]
mod tree;
#[cfg(feature = "std")]
mod visible;

#[cfg(feature = "std")]
#[doc(inline)]
pub use diff::Diff;
#[cfg(feature = "std")]
#[doc(inline)]
pub use inspect::{Inspector, Report, inspect};
#[cfg(feature = "std")]
pub use series::{Series, Verdict};

#[doc(hidden)]
pub use deep_size_core::__private;
#[cfg(feature = "std")]
#[doc(hidden)]
pub use macros::__macros;

#[cfg(doc)]
#[doc = include_str!("../docs/types.md")]
pub mod types {}

/// Compiles and runs the snippets of the README.
#[cfg(all(doctest, feature = "std", feature = "derive"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/walk-and-allocator.md")]
struct Readme;
