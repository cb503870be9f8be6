//! `serde_json` 1: exact with its default features.
//!
//! If a crate in the build enables `preserve_order`, a map is a lower bound (see [`text_map`](super::text_map)). If one enables
//! `arbitrary_precision`, a number is a `String` (`src/number.rs`). Its capacity is not exposed, so the number is a lower bound.
//! The limit follows from the parser: it pushes the digits to a string with room for 16 bytes (`parse_any_number` in
//! `src/de.rs`). Numbers never change.

use alloc::boxed::Box;
use alloc::string::String;
use core::alloc::Layout;

use serde_json::error::{Category, Error};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use super::{text_len, text_map};
use crate::{DeepSize, Reason, Walker};

/// The field of the active variant.
impl DeepSize for Value {
    built_in! {}

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

/// Like `BTreeMap`, or a lower bound with `preserve_order`.
impl DeepSize for Map<String, Value> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        text_map::walk::<Self, Value, _>(walker, || self.iter());
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        text_map::sum::<Self, Value, _>(walker, before, || self.iter())
    }
}

/// Nothing, or the length of the text as a lower bound with `arbitrary_precision`.
impl DeepSize for Number {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !Self::is_flat() {
            let len = text_len(format_args!("{self}"));
            let text = Layout::array::<u8>(len).unwrap_or(Layout::new::<()>());
            walker.lower_bound(Reason::Capacity, Some(largest_text(len) - len));
            walker.allocation(core::ptr::null::<u8>(), text, text.size());
        }
    }

    #[inline]
    fn is_flat() -> bool {
        // A number is a `u64`, `i64` or `f64`, which need no drop, or a `String`.
        !core::mem::needs_drop::<Self>()
    }
}

/// The largest capacity of a parsed number with `len` bytes. A string doubles when it is full.
fn largest_text(len: usize) -> usize {
    len.saturating_mul(2).max(16)
}

text! { |value: RawValue| value.get().as_bytes() }

flat! { Category }

/// The block of an error.
///
/// Source: `ErrorImpl` in `src/error.rs` of 1.0.154.
#[expect(dead_code, reason = "only its size is used")]
struct ErrorImpl {
    code: ErrorCode,
    line: usize,
    column: usize,
}

#[expect(dead_code, reason = "only its size is used")]
enum ErrorCode {
    Message(Box<str>),
    Io(Box<()>),
    Other,
    Another,
}

/// The block, and the message if there is one. An I/O error is opaque.
impl DeepSize for Error {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let block = Layout::new::<ErrorImpl>();
        walker.allocation(core::ptr::null::<u8>(), block, block.size());
        match self.classify() {
            Category::Data => {
                // `Display` adds the position, unless it is unknown.
                let position = match self.line() {
                    0 => 0,
                    line => text_len(format_args!(" at line {line} column {}", self.column())),
                };
                let message = text_len(self).saturating_sub(position);
                walker.buffer(core::ptr::null::<u8>(), message, message);
            }
            Category::Io => walker.opaque(Reason::Hidden),
            Category::Syntax | Category::Eof => {}
        }
    }
}
