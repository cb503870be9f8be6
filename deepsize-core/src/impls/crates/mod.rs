//! Other people's crates: one file for each, named after its feature.

/// Implements `DeepSize` for structs, all of whose fields are public and listed.
#[cfg(feature = "prost-types")]
macro_rules! fields {
    ($($type:ty { $($field:ident),* $(,)? })*) => {$(
        impl crate::DeepSize for $type {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                $(walker.field(stringify!($field), &self.$field);)*
            }

            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                0 $(+ self.$field.sum_owned(walker))*
            }
        }
    )*};
}

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "chrono-tz")]
mod chrono_tz;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "half")]
mod half;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(feature = "num-bigint")]
mod num_bigint;
#[cfg(feature = "ordered-float")]
mod ordered_float;
#[cfg(feature = "portable-atomic")]
mod portable_atomic;
#[cfg(feature = "prost-types")]
mod prost_types;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "semver")]
mod semver;
#[cfg(feature = "serde_json")]
mod serde_json;
/// The maps of `serde_json` and `toml`.
#[cfg(any(feature = "serde_json", feature = "toml"))]
mod text_map;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;
