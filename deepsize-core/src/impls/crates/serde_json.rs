//! `serde_json` 1: exact as it comes.
//!
//! If some crate in the build asks for `preserve_order`, a map is a lower bound, see [`text_map`](super::text_map). If one asks
//! for `arbitrary_precision`, a number is its text (`src/number.rs`), of which the length can be seen and the capacity cannot.

use alloc::string::String;
use core::alloc::Layout;
use core::fmt::{self, Write};

use serde_json::{Map, Number, Value};

use super::text_map;
use crate::{DeepSize, Reason, Walker};

/// What the active variant holds.
impl DeepSize for Value {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Null => walker.variant("Null"),
            Self::Bool(value) => {
                walker.variant("Bool");
                walker.field("0", value);
            }
            Self::Number(number) => {
                walker.variant("Number");
                walker.field("0", number);
            }
            Self::String(text) => {
                walker.variant("String");
                walker.field("0", text);
            }
            Self::Array(values) => {
                walker.variant("Array");
                walker.field("0", values);
            }
            Self::Object(map) => {
                walker.variant("Object");
                walker.field("0", map);
            }
        }
    }
}

/// As `BTreeMap`, or a lower bound.
impl DeepSize for Map<String, Value> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        text_map::walk::<Self, Value, _>(walker, || self.iter());
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        text_map::sum::<Self, Value, _>(walker, before, || self.iter())
    }
}

/// Nothing, or the length of its text at least.
impl DeepSize for Number {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !Self::is_flat() {
            let text = Layout::array::<u8>(text_len(self)).unwrap_or(Layout::new::<()>());
            walker.opaque(Reason::Hidden);
            walker.allocation(core::ptr::null::<u8>(), text, text.size());
        }
    }

    #[inline]
    fn is_flat() -> bool {
        // A `u64`, an `i64` or an `f64`, none of which is ever dropped; or a `String`.
        !core::mem::needs_drop::<Self>()
    }
}

/// How long the text of a number is; where numbers are texts, nothing is converted.
fn text_len(number: &Number) -> usize {
    struct Len(usize);

    impl Write for Len {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }

    let mut len = Len(0);
    // Never fails, since this writer does not.
    let _ = write!(len, "{number}");
    len.0
}
