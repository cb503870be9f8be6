use std::any::type_name;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};

use super::rows::{self, AllocationSite};
use super::{Check, LOST};
use crate::record::Record;
use crate::units::ByteCount;
use crate::untracked::Untracked;
use crate::usage::Usage;
use crate::visible::Visible;
use crate::{sites, symbols};

/// Builds a value and asserts that a size function returns the number of bytes it holds. Returns the value.
///
/// The function is any code that maps a reference to the value to a number of bytes, a `usize`. There are two conventions:
///
/// | assertion | expected bytes |
/// | --- | --- |
/// | `assert_size!(build(), \|value\| value.memory_size())` | the value itself (`size_of_val`), and its blocks on the heap |
/// | `assert_size!(build(), heap = \|value\| value.heap_size())` | only its blocks on the heap |
///
/// Its blocks are the live blocks that this thread has allocated, or last resized, while the expression ran. Blocks of other
/// threads do not count, and neither do allocations of the function. Other tests may run in parallel. The type needs no impl of
/// `DeepSize`. [`assert_audit!`](macro.assert_audit.html) checks such an impl block by block.
///
/// The expression runs once. Memory that it sets up and keeps elsewhere, such as a lazy static, is counted as part of the value.
/// Call such code before: `build(); assert_size!(build(), …)`. Blocks that the value takes from outside, such as a shared
/// `Arc`, are not counted.
///
/// # Panics
///
/// Panics if the figure differs, with the bytes that are missing or too many. The call sites of the live blocks follow, most bytes
/// first. If the type implements `DeepSize` (feature `audit`), each line also names the field. If the blocks of one field or of one
/// call site hold exactly the difference, a line names it.
///
/// It also panics if the value is a reference, or if the program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator).
///
/// # Examples
///
/// ```
/// use deep_size_track::{TrackingAllocator, assert_size};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// struct Column {
///     name: String,
///     values: Vec<u64>,
/// }
///
/// impl Column {
///     fn memory_size(&self) -> usize {
///         size_of::<Self>() + self.name.capacity() + self.values.capacity() * size_of::<u64>()
///     }
/// }
///
/// let build = || Column { name: "width".into(), values: (0..100).collect() };
/// let column = assert_size!(build(), |column| column.memory_size());
/// assert_eq!(column.values.len(), 100);
/// ```
///
/// If `memory_size` forgot the name, the message would be:
///
/// ```text
/// the size of `build()` is wrong: 848 B, but 853 B are held; 5 B are missing
///   48 B for the value itself
///   800 B in 1 block, allocated at src/column.rs:14 (column::build)
///   5 B in 1 block, allocated at src/column.rs:13 (column::build)
///   exactly as many are allocated at src/column.rs:13 (column::build)
/// ```
///
/// Arguments after the function replace the expression in the message, as in `assert_audit!`.
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
#[macro_export]
macro_rules! assert_size {
    (@$is_whole:literal $build:expr, $size:expr, $($message:tt)+) => {{
        let check = $crate::__private::Check::begin();
        let value = $build;
        let owners = |blocks: &_| {
            use $crate::__private::owners::*;
            OwnersOf(&value).owners(blocks)
        };
        check.size(&value, $is_whole, $size, owners, ::core::format_args!($($message)+));
        value
    }};
    (@$is_whole:literal $build:expr, $size:expr $(,)?) => {
        $crate::assert_size!(@$is_whole $build, $size, "`{}`", ::core::stringify!($build))
    };
    ($build:expr, heap = $($size:tt)+) => {
        $crate::assert_size!(@false $build, $($size)+)
    };
    ($build:expr, $($size:tt)+) => {
        $crate::assert_size!(@true $build, $($size)+)
    };
}

/// Maps a block's address to the path of its field, and to the field's text in a message.
pub type OwnerMap = HashMap<usize, (String, String)>;

/// The live blocks of a value.
#[doc(hidden)]
#[derive(Debug)]
pub struct Blocks(pub(crate) Untracked<Vec<Record>>);

/// Finds the fields that hold the blocks of a value, if its type implements `DeepSize`.
#[doc(hidden)]
pub mod owners {
    use super::{Blocks, OwnerMap};

    #[derive(Debug)]
    pub struct OwnersOf<'v, T>(pub &'v T);

    // Method resolution prefers this impl to the trait.
    #[cfg(feature = "audit")]
    impl<T: deep_size_core::DeepSize> OwnersOf<'_, T> {
        pub fn owners(&self, blocks: &Blocks) -> OwnerMap {
            crate::audit::owners(self.0, &blocks.0)
        }
    }

    pub trait WithoutDeepSize {
        fn owners(&self, _: &Blocks) -> OwnerMap {
            OwnerMap::new()
        }
    }

    impl<T> WithoutDeepSize for OwnersOf<'_, T> {}
}

/// Panics if the type is a reference, because a reference owns nothing.
#[track_caller]
pub(crate) fn refuse_reference<T: ?Sized>(name: fmt::Arguments<'_>) {
    // Only the name of a reference type starts with `&`.
    assert!(
        !type_name::<T>().starts_with('&'),
        "{name} is a reference, which owns nothing; pass an expression that builds the value"
    );
}

#[doc(hidden)]
impl Check {
    /// Compares the figure of a size function with the bytes that are held.
    #[track_caller]
    pub fn size<T>(
        self,
        value: &T,
        is_whole: bool,
        size: impl FnOnce(&T) -> usize,
        owners: impl FnOnce(&Blocks) -> OwnerMap,
        name: fmt::Arguments<'_>,
    ) {
        refuse_reference::<T>(name);
        let Some(blocks) = self.log.blocks() else { panic!("the size of {name} cannot be checked: {LOST}") };
        let figure = size(value);
        let (own, heap) = (size_of::<T>(), blocks.0.iter().map(|block| block.size).sum::<usize>());
        let held = if is_whole { own + heap } else { heap };
        if figure == held {
            return;
        }
        let hint = match is_whole {
            true if figure == heap => "\n  it leaves out the value itself; write `heap = |value| …`",
            false if figure == heap + own => "\n  it includes the value itself; remove `heap =`",
            _ if heap == 0 && figure > own => "\n  no blocks are left; build the value inside the macro",
            _ => "",
        };
        let difference = figure.abs_diff(held);
        let details = Untracked::new(|| details(&blocks.0, &owners(&blocks), difference));
        let verdict = if figure < held { "missing" } else { "too many" };
        let [figure, held, difference, own] = [figure, held, difference, own].map(ByteCount);
        let own = if is_whole { format!("\n  {own} for the value itself") } else { String::new() };
        panic!(
            "the size of {name} is wrong: {figure}, but {held} are held; \
             {difference} are {verdict}{hint}{own}{}",
            *details
        );
    }
}

/// A line for each field and call site, and one for each of them that holds exactly the difference.
fn details(blocks: &[Record], owners: &OwnerMap, difference: usize) -> String {
    let (mut sums, mut rows) = (BTreeMap::<String, usize>::new(), Vec::new());
    let traces: Vec<_> = blocks.iter().map(|block| sites::frames(block.site)).collect();
    let names = symbols::look_up(traces.iter().map(Vec::as_slice));
    for (block, frames) in blocks.iter().zip(&traces) {
        let site = AllocationSite::of(&names, frames, block.address);
        let mut name = format!("allocated {site}");
        *sums.entry(name.clone()).or_default() += block.size;
        if let Some((path, label)) = owners.get(&block.address) {
            // A block belongs to its field and to all enclosing fields.
            let ends = path.match_indices(['.', '[']).map(|(end, _)| end).chain([path.len()]);
            for end in ends.filter(|&end| end > 0) {
                *sums.entry(format!("in `{}`", Visible(&path[..end]))).or_default() += block.size;
            }
            name = format!("{label}, {name}");
        }
        rows.push((
            name,
            Usage { allocated_size: block.size as u64, allocated_blocks: 1, ..Usage::default() },
        ));
    }
    let mut text = rows::lines(rows.into_iter());
    sums.retain(|_, size| *size == difference);
    for name in sums.keys() {
        // An inner field is more precise.
        let outer = name.trim_end_matches('`');
        let is_inner =
            |other: &String| other.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']));
        if !sums.keys().any(is_inner) {
            let _ = write!(text, "\n  exactly as many are {name}");
        }
    }
    text
}
