//! Macros for the moment when a value turns out to be too large.

/// What the macros expand to. Not part of the public interface.
#[doc(hidden)]
pub mod __macros {
    #[cfg(feature = "json")]
    pub use crate::footprint::{Mode, Tolerance, assert, check, folder_beside};
    pub use crate::inspect::checks::{DereferenceFirst, Inspect, Limits, here, show};
}

/// Prints where the bytes of a value are to standard error, with file and line, and returns the value: `dbg!` for memory.
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
/// As with `dbg!`, the value is moved, so give a reference to keep it: of a reference what it points to is measured. Several
/// arguments are printed one after the other and returned as a tuple; without any, only file and line are printed. Colours
/// are as with [`Report::eprint`](crate::Report::eprint).
///
/// A reference to a reference, or to what has no impl of [`DeepSize`](crate::DeepSize), would be measured as a pointer of a
/// word; so that does not compile, and has to be dereferenced first:
///
/// ```compile_fail,E0034
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
#[macro_export]
macro_rules! dbg_deep_size {
    () => {
        $crate::__macros::here(::core::file!(), ::core::line!(), ::core::column!())
    };
    ($value:expr $(,)?) => {
        match $value {
            value => {
                use $crate::__macros::{DereferenceFirst as _, Inspect as _};
                $crate::__macros::show(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::column!(),
                    ::core::stringify!($value),
                    &value.deep_size_report(),
                );
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => {
        ($($crate::dbg_deep_size!($value)),+,)
    };
}

/// Asserts that the deep size of a value lies within a limit; if not, panics with what is too much and where it is.
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
/// The operators are `<=`, `<`, `==`, `>=`, `>` and `in`, which takes a range. On the left may be any expression; it is not
/// moved, and of a reference what it points to is measured; of one to a reference that does not compile, as with
/// [`dbg_deep_size!`]. Since everything up to the first of the operators counts as
/// the left side, an expression with one of them in it has to stand in parentheses:
///
/// ```
/// # use deep_size::assert_deep_size;
/// assert_deep_size!((Vec::<u8>::with_capacity(10)) == 34);
/// ```
///
/// The value is measured once if the assertion holds; the search for where the bytes are begins when it does not.
#[macro_export]
macro_rules! assert_deep_size {
    ($($tokens:tt)+) => {
        $crate::__assert_deep_size!([] $($tokens)+)
    };
}

/// Moves tokens to the left side, until an operator comes.
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
        // Neither moves a place nor drops a temporary.
        match ($($left)+) {
            ref value => {
                use $crate::__macros::{DereferenceFirst as _, Inspect as _};
                let limits = $crate::__macros::Limits::$limits($limit);
                if !limits.hold((*value).deep_size_total()) {
                    limits.fail(
                        ::core::concat!(
                            ::core::stringify!($($left)+), " ",
                            ::core::stringify!($operator), " ",
                            ::core::stringify!($limit),
                        ),
                        &(*value).deep_size_report(),
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

/// Asserts that a value is as large as a committed file says; if not, panics with what has changed and where.
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
/// the footprint `index` has grown by 1,032 B, none is tolerated
/// Vec<User>: 1.0 KiB -> 2.0 KiB (+1.0 KiB, +3 values, +1 allocation)
///
///   +1.0 KiB  +1 value   [].name: String
///       +8 B  +1 value   [].id: u64
/// ```
///
/// The file is `footprints/<name>.<bits of a pointer>.json` in the folder of the source file, so that targets with other pointers have
/// files of their own. It holds what a [saved report](crate::saved_report) does, but for the lists of single values and blocks, with a line
/// for each path and each type: what a reviewer wants to see. To make it, or to accept a change, run the test in an environment where
/// `DEEP_SIZE_FOOTPRINTS` is `update`, and commit it; nothing is written otherwise. If nothing has changed, the file is left as it is.
///
/// The deep size alone decides. By default it must be the same to the byte. A `tolerance` is a share of the size in the file, an
/// `f64`, or a number of bytes, a `usize`, whether larger or smaller.
///
/// A name has letters and digits of ASCII, `-`, `_` and `.`, and belongs to one value of all tests in the folder. The value is not
/// moved, and of a reference what it points to is measured, as with [`assert_deep_size!`]. Tests that run elsewhere than where they
/// were compiled find the source by the variable `CARGO_MANIFEST_DIR`, which Cargo and its kin set.
/// In a doctest there is no folder for the file, so that fails.
///
/// # Panics
///
/// The size is another, the file is missing, damaged or of another pointer width, the name is none, or the file cannot be written;
/// the message says what to do.
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
        $crate::__assert_footprint!($name, $value, $crate::__macros::Tolerance::from($tolerance))
    };
}

#[cfg(feature = "json")]
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_footprint {
    ($name:expr, $value:expr, $tolerance:expr) => {
        // Neither moves a place nor drops a temporary.
        match ($value) {
            ref value => {
                use $crate::__macros::{DereferenceFirst as _, Inspect as _};
                $crate::__macros::assert(
                    ::core::env!("CARGO_MANIFEST_DIR"),
                    ::core::file!(),
                    $name,
                    $tolerance,
                    &(*value).deep_size_report(),
                )
            }
        }
    };
}
