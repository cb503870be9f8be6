//! How much memory a value really holds: the value itself and every heap allocation it owns, each one once, in the bytes that
//! were requested from the allocator.
//!
//! ```
//! use std::sync::Arc;
//! use deep_size::DeepSize;
//!
//! #[derive(DeepSize)]
//! struct Entry {
//!     id: u64,
//!     words: Vec<Arc<str>>,
//! }
//!
//! let word: Arc<str> = "one text for all".into();
//! let entry = Entry { id: 1, words: vec![word; 4] };
//!
//! // A number and a vector, a block of four handles, and one block with two counts and the text.
//! assert_eq!(size_of_val(&entry), 8 + 24);
//! assert_eq!(entry.heap_size(), 4 * 16 + (16 + 16));
//! assert_eq!(entry.deep_size(), 32 + 96);
//! # assert_eq!(entry.id, 1);
//! ```
//!
//! # The contract
//!
//! For every supported type, `value.deep_size()` equals `size_of_val(&value)` plus the live bytes that a counting global
//! allocator attributes to the value. Each exception is listed below with its bound, and each is visible in the result:
//! [`Tally::is_exact`] is `false`, [`Tally::opaque_part_count`] counts the parts, [`Observer::opaque`] gives the
//! [`Reason`]. The two that cannot be seen are marked *silent*. A size is never too large, as long as nobody changes the value
//! while it is measured and hand-written impls tell the truth; but a value that a handle inside it leads back to is counted
//! once by itself and once more in its block, so measure the handle instead; and a block whose only handle a value owns and borrows
//! (`#[deep_size(borrowed)]`) as well is counted twice.
//!
//! Measuring never panics, never waits for a lock, and never overflows the stack. It allocates nothing on the heap unless more
//! than four shared blocks with more than one owner are met. Then it takes at most 32 bytes for each of them, and 48 while the set
//! grows.
//!
//! # Where the bytes are
//!
//! [`inspect`](inspect()) makes a [`Report`], with the feature `std`: totals, a tree of all paths, a histogram by type and
//! the largest values; what dropping the value would free, who holds what stays, and what would leak ([`ownership`]); and
//! [`advice`] on what would save bytes. A report can be written in [formats](export) that other programs open. All of that comes from one walk. [`dbg_deep_size!`] prints one where a value is used, [`assert_deep_size!`] keeps a value
//! within a limit, and an [`Observer`] of your own can watch the walk. See [`mod@inspect`].
//!
//! [`Report::diff`] tells what has changed between two reports. With the feature `json`, a report can be kept in a file (`saved_report`), and
//! `assert_footprint!` holds a value against one that is committed with its test.
//!
//! # Vocabulary
//!
//! | term | meaning |
//! | --- | --- |
//! | shallow size | `size_of_val(value)`, padding included |
//! | heap size | the layouts' sizes of all live allocations that the value owns, directly or through what it owns, each once |
//! | deep size | shallow size + heap size |
//! | spare capacity | allocated bytes that hold no element, see [`Allocation::spare_size`](observer::Allocation::spare_size) |
//! | shared allocation | one behind `Rc`, `Arc` or a handle like them, counted when first met |
//! | exclusive | what would be freed if the value were dropped now, the value itself among it |
//! | external | what would stay, since handles outside the value hold it |
//! | cyclic | what would leak, since only a cycle of handles inside the value holds it |
//! | flat | said of a type whose values can never own memory, see [`DeepSize::is_flat`] |
//! | opaque | said of a part whose size is unknown, or known only as a lower bound |
//!
//! Ownership is Rust's: references, raw pointers and `Cow::Borrowed` own nothing. A field can opt in to counting what it
//! borrows.
//!
//! # Counted exactly, bounded, opaque
//!
//! | types | bytes | |
//! | --- | --- | --- |
//! | `Vec`, `VecDeque`, `BinaryHeap`, `String`, `OsString`, `PathBuf` | capacity × element size, and what the elements own | exact |
//! | `CString` | its bytes with the nul | exact |
//! | `Box` | the layout of the value, and what the value owns | exact |
//! | `Rc`, `Arc` | two counts, the value and its padding; and what the value owns | exact, once |
//! | `Weak` | nothing while the value lives, the block once it is dead | exact, once |
//! | `LinkedList` | a node for each element | exact |
//! | `BTreeMap`, `BTreeSet` | leaves and internal nodes, found by the addresses of the keys | exact; emptied, up to one leaf less (*silent*) |
//! | `HashMap`, `HashSet` | buckets and control bytes | exact without tombstones; else a lower bound, [`Reason::Tombstones`] (rarely *silent*) |
//! | `Option`, `Result`, `Cow`, tuples to 16, arrays, ranges, `Pin`, `ManuallyDrop`, `OnceCell`, `OnceLock` and other wrappers | what they hold | exact |
//! | `RefCell`, `Mutex`, `RwLock` | the contents | exact, or opaque while mutably borrowed or held |
//! | `BufReader`, `BufWriter`, `Cursor` | the buffer and what is inside | exact |
//! | `Cell`, `UnsafeCell` | nothing if the contents are flat | exact, or opaque |
//! | `LazyCell`, `LazyLock` | the value, if it was forced | exact; opaque before Rust 1.94 |
//! | `dyn Any`, `dyn Error`, `dyn Fn`, `dyn Future`, … | their own bytes | what they own is opaque |
//! | trait objects of your traits with `DeepSize` as supertrait | by the concrete type | as that type |
//! | channels, threads, wakers, captured backtraces, `Command` | nothing | opaque |
//! | numbers, atomics, times, addresses, files, sockets, references, pointers, `PhantomData`, … | nothing | exact |
#![cfg_attr(
    doc,
    doc = "\n\nThe [table of types](types) lists what is opaque, and what has no impl, type by type."
)]
//!
//! # Deliberately left out
//!
//! - Guards (`MutexGuard`, `Ref`, …) have no impl, so that `guard.deep_size()` measures what the guard leads to.
//! - Closures have none, since their types have no names; behind a `Box<dyn Fn()>` the block is counted.
//! - Entries, drains and views of collections, and iterator adaptors with a closure, show neither a collection nor its parts.
//! - What an allocator adds to a request, and what the operating system keeps for a process, are not the value's.
//!
//! A field of such a type can be measured by a function with `#[deep_size(with = path)]`, of which [`with`] has some ready-made,
//! or left out with `#[deep_size(skip)]`; a whole type of your own can be declared to own nothing with [`flat_types!`].
//!
//! # References
//!
//! A reference owns nothing, and a method call on a reference to a reference measures the inner reference:
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
//! `std` (implies `alloc`), `alloc`, `derive` and `stack-growth` (implies `std`) are all on by default. Without any, the crate is
//! `no_std`, and measures what `core` has. Shared blocks can only be told apart with `alloc`; without `stack-growth`, or
//! on a target whose stacks cannot be switched, a walk stops after 64 KiB of stack with [`Reason::TooDeep`].
//!
//! Off by default are:
//!
//! - `full`, and a feature for each crate whose types have impls, such as `bytes`, `indexmap` or `tokio`: see
//!   [the table](https://github.com/deep-size/deep-size/blob/main/docs/crates.md);
//! - `serde`, so that reports can be serialised and read back, and `json`, which has the methods for it and `assert_footprint!`;
//! - `pprof`, `heapsnapshot` and `html`, [formats](export) that take a crate to write them, and `exports`, which is all of them and `json`.
//!
//! # Rust versions
//!
//! Rust 1.85 or newer. How the standard library lays out hash tables, B-trees, lists and reference-counted blocks was
//! verified against the allocator on Rust 1.85 and 1.95. With another version, `cargo test --test oracle` tells whether it still
//! holds.
//!
//! # Other crates
//!
//! The README compares the results with those of `deepsize`, `get-size2`, `mem_dbg` and `allocative`.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]

pub use deep_size_core::{
    DeepSize, Observer, Reason, SharedBlock, Tally, Walker, by_capacity, flat_types, observe, observer, with,
};

/// Implements the trait of the same name by going into every field.
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
/// A field can be left out, measured by a function, or count what it borrows:
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
/// }
///
/// let editor = Editor { text: String::with_capacity(100), name: "a.txt".into(), clock: other::Clock };
/// assert_eq!(editor.heap_size(), 100 + 5);
/// ```
///
/// The bounds of the impl are inferred, and can be replaced where the inference asks for too much:
///
/// ```
/// use std::marker::PhantomData;
/// use deep_size::DeepSize;
///
/// #[derive(DeepSize)]
/// struct Id<T>(u32, PhantomData<T>);
///
/// // `T: DeepSize` would be inferred, since it is not known here what `Id` does with `T`.
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
#[cfg(feature = "derive")]
pub use deep_size_derive::DeepSize;

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
pub mod advice;
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
mod macros;
#[cfg(feature = "std")]
pub mod ownership;
#[cfg(feature = "serde")]
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
pub mod saved_report;
#[cfg(feature = "std")]
mod tree;

#[cfg(feature = "std")]
#[doc(inline)]
pub use diff::Diff;
#[cfg(feature = "std")]
#[doc(inline)]
pub use inspect::{Inspector, Report, inspect};

#[doc(hidden)]
pub use deep_size_core::__private;
#[cfg(feature = "std")]
#[doc(hidden)]
pub use macros::__macros;

#[cfg(doc)]
#[doc = include_str!("../docs/types.md")]
pub mod types {}

/// Compiles and runs the snippets of the README.
#[cfg(all(doctest, feature = "std", feature = "derive", feature = "exports"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/walk-and-allocator.md")]
struct Readme;
