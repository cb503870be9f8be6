//! Macros that print, limit or compare the size of a value.
//!
//! Without the feature that a macro needs, using the macro is a compile error that names the feature.

/// The functions that expansions call. Not part of the public API.
#[cfg(feature = "std")]
#[doc(hidden)]
pub mod __macros {
    #[cfg(feature = "json")]
    pub use crate::footprint::{Mode, Tolerance, assert, check, folder_beside, tolerance};
    pub use crate::inspect::checks::{
        above, argument, at_least, at_most, below, exactly, here, show, within,
    };
}

/// Prints file, line and the top of a [`Report`](crate::Report) to standard error, and returns the value: `dbg!` for memory.
///
/// ```
/// use deep_size::dbg_deep_size;
///
/// let words = vec![String::from("one"), String::from("two")];
/// let words = dbg_deep_size!(words);
/// assert_eq!(words.len(), 2);
/// ```
///
/// ```text
/// [src/main.rs:4:13] words = Vec<String>: 78 B (24 B + 54 B on the heap in 3 allocations)
///      bytes      %       count
///       78 B  100.0           1  Vec<String>
///       54 B   69.2           2  └─ []: String
/// ```
///
/// Like `dbg!`, the macro moves the value. To keep it, pass a reference: the macro measures the target. Several
/// arguments are printed in order and returned as a tuple. Without arguments, only file and line are printed. Colours
/// follow the rules of [`Report::eprint`](crate::Report::eprint).
///
/// A reference to a reference does not compile, because a reference owns nothing. Dereference it first:
///
/// ```compile_fail,E0277
/// # use deep_size::dbg_deep_size;
/// let texts = [String::from("one"), String::from("two")];
/// let long = texts.iter().filter(|text| dbg_deep_size!(text).len() > 3).count();
/// ```
///
/// ```
/// # use deep_size::dbg_deep_size;
/// # let texts = [String::from("one"), String::from("two")];
/// let long = texts.iter().filter(|text| dbg_deep_size!(*text).len() > 3).count();
/// # assert_eq!(long, 0);
/// ```
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
#[macro_export]
macro_rules! dbg_deep_size {
    () => {
        $crate::__macros::here(::core::file!(), ::core::line!(), ::core::column!())
    };
    ($value:expr $(,)?) => {
        match $value {
            value => {
                $crate::__macros::show(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::column!(),
                    ::core::stringify!($value),
                    &$crate::inspect($crate::__macros::argument(&value).deep_size_target()),
                );
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => {
        ($($crate::dbg_deep_size!($value)),+,)
    };
}

/// Asserts that the deep size of a value is within a limit. Otherwise panics with the excess and the largest paths.
///
/// ```
/// use deep_size::assert_deep_size;
///
/// let words = vec![String::from("one"), String::from("two")];
/// assert_deep_size!(words <= 24 * 1024);
/// assert_deep_size!(words < 100, "{} words take too much", words.len());
/// assert_deep_size!(words == 24 + 2 * 24 + 6);
/// assert_deep_size!(words in 50..100);
/// ```
///
/// ```text
/// assertion failed: deep size of `words <= 64`
///   78 B, 14 B too many
///   largest paths:
///          54 B   69.2 %  []: String
///          24 B   30.8 %  .: Vec<String>
/// ```
///
/// The operators are `<=`, `<`, `==`, `>=`, `>` and `in`, which takes a range. The left side is any expression, and is
/// not moved. If it is a reference, the macro measures the target. A reference to a reference does not compile, as in
/// [`dbg_deep_size!`].
///
/// The left side ends at the first operator, so an expression that contains one needs parentheses:
///
/// ```
/// # use deep_size::assert_deep_size;
/// assert_deep_size!((Vec::<u8>::with_capacity(10)) == 34);
/// ```
///
/// The value is measured once if the assertion holds, and inspected only if it fails.
///
/// # Panics
///
/// Panics if the deep size is outside the limit.
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
#[macro_export]
macro_rules! assert_deep_size {
    ($($tokens:tt)+) => {
        $crate::__assert_deep_size!([] $($tokens)+)
    };
}

/// Moves tokens to the left side, up to an operator.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_deep_size {
    ([$($left:tt)+] <= $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [<=] [$limit] at_most [$($($message)*)?])
    };
    ([$($left:tt)+] < $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [<] [$limit] below [$($($message)*)?])
    };
    ([$($left:tt)+] == $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [==] [$limit] exactly [$($($message)*)?])
    };
    ([$($left:tt)+] >= $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [>=] [$limit] at_least [$($($message)*)?])
    };
    ([$($left:tt)+] > $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [>] [$limit] above [$($($message)*)?])
    };
    ([$($left:tt)+] in $limit:expr $(, $($message:tt)*)?) => {
        $crate::__assert_deep_size!(@check [$($left)+] [in] [$limit] within [$($($message)*)?])
    };
    ([$($left:tt)*] $next:tt $($rest:tt)*) => {
        $crate::__assert_deep_size!([$($left)* $next] $($rest)*)
    };
    ([$($left:tt)*]) => {
        ::core::compile_error!("expected one of `<=`, `<`, `==`, `>=`, `>` and `in` after the value")
    };
    (@check [$($left:tt)+] [$operator:tt] [$limit:expr] $limits:ident [$($message:tt)*]) => {
        // A `match` does not move a place, and keeps temporaries alive.
        match ($($left)+) {
            ref value => {
                let limits = $crate::__macros::$limits($limit);
                let target = $crate::__macros::argument(value).deep_size_target();
                if let ::core::option::Option::Some(report) = limits.check(target) {
                    limits.fail(
                        ::core::concat!(
                            ::core::stringify!($($left)+), " ",
                            ::core::stringify!($operator), " ",
                            ::core::stringify!($limit),
                        ),
                        &report,
                        $crate::__assert_deep_size!(@message $($message)*),
                    )
                }
            }
        }
    };
    (@message) => { ::core::option::Option::None };
    (@message $($message:tt)+) => {
        ::core::option::Option::Some(::core::format_args!($($message)+))
    };
}

/// Asserts that the deep size of a value equals the size in a committed file. Otherwise panics with the changed paths.
///
/// ```no_run
/// use deep_size::assert_footprint;
///
/// # fn load() -> Vec<String> { Vec::new() }
/// // #[test]
/// fn the_index_stays_small() {
///     let index = load();
///     assert_footprint!("index", index);
///     assert_footprint!("index_with_room", index, tolerance = 0.05);
///     assert_footprint!("index_by_bytes", index, tolerance = 64 bytes);
/// }
/// # the_index_stays_small();
/// ```
///
/// ```text
/// the footprint `index` has grown by 1,032 B, but no change is allowed
/// Vec<User>: 1.0 KiB -> 2.0 KiB (+1.0 KiB, +3 values, +1 allocation)
///
///   +1.0 KiB  +1 value   [].name: String
///       +8 B  +1 value   [].id: u64
/// ```
///
/// The file is `footprints/<name>.<bits of a pointer>.json` in the folder of the source file, so each pointer width has its own
/// file. It is a [saved report](crate::saved_report) without the lists of single values and blocks. Each path and each type takes
/// one line, for reviewers.
///
/// To create the file or to accept a change, run the test with `DEEP_SIZE_FOOTPRINTS=update` in the environment, and commit the file.
/// Otherwise nothing is written. An update leaves an unchanged file alone.
///
/// Only the deep size is checked, and by default it must be equal to the byte. A `tolerance` allows a difference in both directions. It is
/// a share of the size in the file, an `f64`, or a number of bytes, a `usize`.
///
/// A name consists of ASCII letters and digits, `-`, `_` and `.`, and is unique among the tests in the folder. The value is not
/// moved. If it is a reference, the macro measures the target, as [`assert_deep_size!`] does.
///
/// Tests that are moved after compilation find the source by the variable `CARGO_MANIFEST_DIR`, which Cargo sets. Doctests
/// have no folder for the file, so the macro fails there.
///
/// # Panics
///
/// Panics if the size differs, if the name is invalid, or if the file is missing, damaged, for another pointer width or not
/// writable. The message gives the fix.
#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
#[macro_export]
macro_rules! assert_footprint {
    ($name:expr, $value:expr $(,)?) => {
        $crate::__assert_footprint!($name, $value, $crate::__macros::Tolerance::NONE)
    };
    ($name:expr, $value:expr, tolerance = $bytes:literal bytes $(,)?) => {
        $crate::__assert_footprint!($name, $value, $crate::__macros::Tolerance::Bytes($bytes))
    };
    ($name:expr, $value:expr, tolerance = $tolerance:expr $(,)?) => {
        $crate::__assert_footprint!($name, $value, $crate::__macros::tolerance($tolerance))
    };
}

#[cfg(feature = "json")]
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_footprint {
    ($name:expr, $value:expr, $tolerance:expr) => {
        // A `match` does not move a place, and keeps temporaries alive.
        match ($value) {
            ref value => $crate::__macros::assert(
                ::core::env!("CARGO_MANIFEST_DIR"),
                ::core::file!(),
                $name,
                $tolerance,
                &$crate::inspect($crate::__macros::argument(value).deep_size_target()),
            ),
        }
    };
}

#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! dbg_deep_size {
    ($($tokens:tt)*) => {
        ::core::compile_error!("`dbg_deep_size!` needs the feature `std` of `deep-size`")
    };
}

#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! assert_deep_size {
    ($($tokens:tt)*) => {
        ::core::compile_error!("`assert_deep_size!` needs the feature `std` of `deep-size`")
    };
}

#[cfg(not(feature = "json"))]
#[doc(hidden)]
#[macro_export]
macro_rules! assert_footprint {
    ($($tokens:tt)*) => {
        ::core::compile_error!("`assert_footprint!` needs the feature `json` of `deep-size`")
    };
}
