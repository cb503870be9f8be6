//! `toml_edit` 0.25: lower bounds. The spare capacity of tables, arrays and texts is not counted.
//!
//! A table is an `IndexMap` (`KeyValuePairs` in `src/table.rs` of 0.25.20). It exposes its entries only through a boxed iterator,
//! so measuring allocates.

use alloc::string::String;
use core::ptr::from_ref;

use toml_edit::{
    Array, ArrayOfTables, Datetime, Decor, DocumentMut, Formatted, InlineTable, Item, Key, RawString, Repr,
    Table, TomlError, Value,
};

use crate::{DeepSize, Reason, Walker, layout};

opaque! { Hidden: TomlError }

/// An entry of a table.
///
/// Source: `Bucket` in `indexmap` 2, `src/lib.rs`.
#[expect(dead_code, reason = "only its size is used")]
struct Entry {
    hash: usize,
    key: Key,
    item: Item,
}

variants! {
    Item { None, Value(value), Table(table), ArrayOfTables(array) }
    Value {
        String(value), Integer(value), Float(value), Boolean(value), Datetime(value), Array(array),
        InlineTable(table),
    }
}

/// Reports a string that does not expose its capacity. An empty one owns nothing.
fn walk_text(walker: &mut Walker<'_>, text: &str) {
    if !text.is_empty() {
        walker.buffer(text.as_ptr(), text.len(), text.len());
        walker.lower_bound(Reason::Capacity, None);
        walker.emit_content(text.as_bytes());
    }
}

/// The text, unless it is a part of the document.
impl DeepSize for RawString {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_text(walker, self.as_str().unwrap_or_default());
    }
}

delegates! { |repr: Repr| repr.as_raw(); }

/// Reports a part, if it exists.
fn walk_part<T: DeepSize>(walker: &mut Walker<'_>, name: &'static str, part: Option<&T>) {
    if let Some(part) = part {
        walker.field(name, part);
    }
}

impl DeepSize for Decor {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_part(walker, "prefix", self.prefix());
        walk_part(walker, "suffix", self.suffix());
    }
}

impl DeepSize for Key {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_text(walker, self.get());
        walk_part(walker, "repr", self.as_repr());
        walker.field("leaf_decor", self.leaf_decor());
        walker.field("dotted_decor", self.dotted_decor());
    }
}

/// Implements `DeepSize` for values stored with their source text.
macro_rules! formatted {
    ($($type:ty)*) => {$(
        impl DeepSize for Formatted<$type> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.field("value", self.value());
                walk_part(walker, "repr", self.as_repr());
                walker.field("decor", self.decor());
            }
        }
    )*};
}

formatted! { String bool f64 i64 }

/// The text. The date owns nothing.
impl DeepSize for Formatted<Datetime> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_part(walker, "repr", self.as_repr());
        walker.field("decor", self.decor());
    }
}

/// Reports the entries of a table. `key` returns the stored key of a name.
fn walk_entries<'e, T: DeepSize + 'e>(
    walker: &mut Walker<'_>,
    entries: impl Iterator<Item = (&'e str, &'e T)>,
    key: impl Fn(&str) -> Option<&'e Key>,
) {
    let mut first = core::ptr::null::<Key>();
    let mut len = 0;
    let entries = entries.filter_map(|(name, value)| Some((key(name)?, value))).inspect(|(key, _)| {
        first = if len == 0 { from_ref(*key) } else { first };
        len += 1;
    });
    walker.entries(entries);
    walker.buffer(first.cast::<Entry>(), len, len);
    if let Some(table) = layout::least_table::<usize>(len) {
        walker.allocation(core::ptr::null::<()>(), table, table.size());
    }
    walker.lower_bound(Reason::Capacity, None);
}

impl DeepSize for Table {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("decor", self.decor());
        walk_entries(walker, self.iter(), |name| self.key(name));
    }
}

impl DeepSize for InlineTable {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("trailing", self.trailing());
        walker.field("decor", self.decor());
        walk_entries(walker, self.iter(), |name| self.key(name));
    }
}

/// Reports a vector of items.
fn walk_items<'e, T: DeepSize + 'e>(
    walker: &mut Walker<'_>,
    len: usize,
    get: impl Fn(usize) -> Option<&'e T>,
) {
    let first = get(0).map_or(core::ptr::null(), from_ref);
    walker.buffer(first.cast::<Item>(), len, len);
    walker.lower_bound(Reason::Capacity, None);
    walker.elements((0..len).filter_map(get));
}

impl DeepSize for Array {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("trailing", self.trailing());
        walker.field("decor", self.decor());
        walk_items(walker, self.len(), |index| self.get(index));
    }
}

impl DeepSize for ArrayOfTables {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_items(walker, self.len(), |index| self.get(index));
    }
}

impl DeepSize for DocumentMut {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("root", self.as_item());
        walker.field("trailing", self.trailing());
    }
}
