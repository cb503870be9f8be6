//! Types of third-party crates: one file per crate, named after its feature.

/// Implements `DeepSize` for structs with only public fields. All fields that may own memory must be listed.
///
/// Generic parameters follow the type: `Pair<T> where [T: DeepSize] => T { left, right }`. The struct is flat if the type after
/// `=>` is.
#[allow(unused_macros, reason = "not every selection of crates needs it")]
macro_rules! fields {
    ($($type:ty $(where [$($generics:tt)*])? $(=> $part:ty)? { $($field:tt),* $(,)? })*) => {$(
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                $(walker.field(stringify!($field), &self.$field);)*
            }

            $(
                #[inline]
                fn is_flat() -> bool {
                    <$part as crate::DeepSize>::is_flat()
                }
            )?
        }
    )*};
}

/// Implements `DeepSize` for types that own exactly the memory of one inner value. The expression returns that value.
#[allow(unused_macros, reason = "not every selection of crates needs it")]
macro_rules! delegates {
    ($($(#[$attribute:meta])* |$this:ident: $type:ty $(where [$($generics:tt)*])?| $value:expr $(=> $part:ty)?;)*) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let $this = self;
                walker.inner($value);
            }

            $(
                #[inline]
                fn is_flat() -> bool {
                    <$part as crate::DeepSize>::is_flat()
                }
            )?
        }
    )*};
}

/// Implements `DeepSize` for enums with at most one unnamed field per variant.
#[allow(unused_macros, reason = "not every selection of crates needs it")]
macro_rules! variants {
    ($($type:ty $(where [$($generics:tt)*])? { $($variant:ident $(($field:ident))?),* $(,)? })*) => {$(
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                match self {
                    $(Self::$variant $(($field))? => {
                        walker.variant(stringify!($variant));
                        $(walker.field("0", $field);)?
                    })*
                }
            }
        }
    )*};
}

/// Reports the block of a vector that does not expose its capacity, as a lower bound.
#[cfg(feature = "alloc")]
#[allow(dead_code, reason = "not every selection of crates needs it")]
fn walk_vec_at_least<'e, T: 'e>(
    walker: &mut crate::Walker<'_>,
    mut elements: impl ExactSizeIterator<Item = &'e T>,
) {
    let len = elements.len();
    walker.buffer(elements.next().map_or(core::ptr::null(), core::ptr::from_ref), len, len);
    walker.lower_bound(crate::Reason::Capacity, None);
}

/// The length of a text in bytes. Does not allocate.
#[cfg(feature = "alloc")]
#[allow(dead_code, reason = "not every selection of crates needs it")]
fn text_len(text: impl core::fmt::Display) -> usize {
    use core::fmt::Write as _;

    struct Len(usize);

    impl core::fmt::Write for Len {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }

    let mut len = Len(0);
    // Never fails, because this writer does not.
    let _ = write!(len, "{text}");
    len.0
}

#[cfg(feature = "ahash_0_8")]
mod ahash;
#[cfg(feature = "allocator-api2_0_2")]
mod allocator_api2;
#[cfg(feature = "alloy-primitives")]
mod alloy_primitives;
#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "arc-swap")]
mod arc_swap;
#[cfg(feature = "arcstr")]
mod arcstr;
#[cfg(feature = "arrayvec_0_7")]
mod arrayvec;
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "bigdecimal_0_4")]
mod bigdecimal;
#[cfg(feature = "bit-set_0_11")]
mod bit_set;
#[cfg(feature = "bit-vec_0_10")]
mod bit_vec;
#[cfg(feature = "bitvec")]
mod bitvec;
#[cfg(feature = "bstr")]
mod bstr;
#[cfg(feature = "bumpalo")]
mod bumpalo;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "camino")]
mod camino;
#[cfg(feature = "chrono_0_4")]
mod chrono;
#[cfg(feature = "chrono-tz_0_10")]
mod chrono_tz;
#[cfg(feature = "cid_0_11")]
mod cid;
#[cfg(feature = "compact_str_0_10")]
mod compact_str;
#[cfg(feature = "crossbeam_0_8")]
mod crossbeam;
#[cfg(feature = "dashmap")]
mod dashmap;
#[cfg(feature = "ecow_0_3")]
mod ecow;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "enum-map")]
mod enum_map;
#[cfg(feature = "euclid_0_22")]
mod euclid;
#[cfg(feature = "fixedbitset_0_5")]
mod fixedbitset;
#[cfg(feature = "futures_0_3")]
mod futures;
#[cfg(feature = "generational-arena_0_2")]
mod generational_arena;
#[cfg(feature = "generic-array")]
mod generic_array;
#[cfg(feature = "geo-types_0_7")]
mod geo_types;
#[cfg(feature = "glam_0_34")]
mod glam;
#[cfg(feature = "half")]
mod half;
#[cfg(any(
    feature = "hashbrown_0_17",
    feature = "hashbrown_0_14",
    feature = "hashbrown_0_15",
    feature = "hashbrown_0_16"
))]
mod hashbrown;
#[cfg(feature = "hashlink_0_12")]
mod hashlink;
#[cfg(feature = "heapless_0_8")]
mod heapless;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "hybrid-array_0_4")]
mod hybrid_array;
#[cfg(feature = "id-arena")]
mod id_arena;
#[cfg(feature = "imbl")]
mod imbl;
#[cfg(feature = "indexmap")]
#[macro_use]
mod indexmap;
#[cfg(feature = "internment_0_8")]
mod internment;
#[cfg(feature = "ipnet")]
mod ipnet;
#[cfg(any(feature = "jiff", feature = "jiff_0_2"))]
mod jiff;
#[cfg(feature = "la-arena_0_3")]
mod la_arena;
#[cfg(feature = "lasso_0_7")]
mod lasso;
/// The lists of `hashlink` and `linked-hash-map`.
#[cfg(any(feature = "hashlink_0_12", feature = "linked-hash-map_0_5"))]
mod linked;
#[cfg(feature = "linked-hash-map_0_5")]
mod linked_hash_map;
#[cfg(feature = "lock_api_0_4")]
mod lock_api;
#[cfg(feature = "log_0_4")]
mod log;
#[cfg(feature = "lru_0_19")]
mod lru;
#[cfg(feature = "memmap2_0_9")]
mod memmap2;
#[cfg(feature = "mime_0_3")]
mod mime;
#[cfg(feature = "moka_0_12")]
mod moka;
#[cfg(feature = "multihash_0_19")]
mod multihash;
#[cfg(feature = "nalgebra_0_35")]
mod nalgebra;
#[cfg(feature = "ndarray_0_17")]
mod ndarray;
#[cfg(feature = "nonempty_0_12")]
mod nonempty;
#[cfg(feature = "num-bigint_0_5")]
mod num_bigint;
#[cfg(feature = "num-complex_0_4")]
mod num_complex;
#[cfg(feature = "num-rational_0_4")]
mod num_rational;
#[cfg(feature = "once_cell")]
mod once_cell;
#[cfg(feature = "ordered-float")]
mod ordered_float;
#[cfg(feature = "ordermap")]
mod ordermap;
#[cfg(feature = "parking_lot_0_12")]
mod parking_lot;
#[cfg(feature = "petgraph_0_8")]
mod petgraph;
#[cfg(feature = "phf_0_14")]
mod phf;
#[cfg(feature = "portable-atomic")]
mod portable_atomic;
#[cfg(feature = "priority-queue")]
mod priority_queue;
#[cfg(feature = "prost-types_0_14")]
mod prost_types;
#[cfg(feature = "quick_cache_0_7")]
mod quick_cache;
#[cfg(feature = "rangemap")]
mod rangemap;
#[cfg(feature = "regex")]
mod regex;
#[cfg(feature = "roaring_0_11")]
mod roaring;
#[cfg(feature = "rowan_0_17")]
mod rowan;
#[cfg(feature = "rpds")]
mod rpds;
#[cfg(feature = "ruint")]
mod ruint;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "secrecy_0_10")]
mod secrecy;
#[cfg(feature = "semver")]
mod semver;
#[cfg(feature = "serde_json")]
mod serde_json;
#[cfg(any(feature = "serde_norway_0_9", feature = "serde_yaml_0_9"))]
mod serde_yaml;
#[cfg(feature = "slab_0_4")]
mod slab;
#[cfg(feature = "slotmap")]
mod slotmap;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "smartstring")]
mod smartstring;
#[cfg(feature = "smol_str_0_3")]
mod smol_str;
#[cfg(feature = "string_cache_0_11")]
mod string_cache;
#[cfg(feature = "tempfile")]
mod tempfile;
#[cfg(feature = "tendril_0_5")]
mod tendril;
/// The maps of `serde_json` and `toml`.
#[cfg(any(feature = "serde_json", feature = "toml"))]
mod text_map;
#[cfg(feature = "text-size")]
mod text_size;
#[cfg(feature = "thin-vec_0_2")]
mod thin_vec;
#[cfg(feature = "time_0_3")]
mod time;
#[cfg(feature = "tinyvec")]
mod tinyvec;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "tokio-util_0_7")]
mod tokio_util;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "toml_edit_0_25")]
mod toml_edit;
#[cfg(feature = "tracing_0_1")]
mod tracing;
#[cfg(feature = "triomphe_0_1")]
mod triomphe;
#[cfg(feature = "typed-arena")]
mod typed_arena;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;
#[cfg(feature = "vec1")]
mod vec1;
#[cfg(feature = "zeroize")]
mod zeroize;
