//! `arrow-buffer`, `arrow-array` and `arrow-schema` 59 and 60: buffers, arrays and schemas are exact.
//!
//! Each buffer counts once for all arrays and slices that share it. `StructArray`, `UnionArray` and `RecordBatch` are lower
//! bounds, because they do not expose the capacity of the vector of their columns.
//!
//! Memory from `Buffer::from_custom_allocation` or `Buffer::from(Bytes)` is opaque. It can be a mapped file, a static, or a part
//! of a larger buffer. Only the block of the buffer's `Arc` is counted. With the feature `pool` of `arrow-buffer`, the memory of
//! every buffer is opaque.

mod origin;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use core::alloc::Layout;
use core::any::Any;
use core::ptr;
use std::collections::HashMap;

use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, ByteArrayType, ByteViewType, RunEndIndexType,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    FixedSizeListArray, GenericByteArray, GenericByteViewArray, GenericListArray, GenericListViewArray,
    LargeBinaryArray, LargeListArray, LargeListViewArray, LargeStringArray, ListArray, ListViewArray,
    MapArray, NullArray, OffsetSizeTrait, PrimitiveArray, RecordBatch, RunArray, StringArray,
    StringViewArray, StructArray, UnionArray, downcast_integer, downcast_primitive, downcast_run_end_index,
};
use arrow_buffer::{
    ArrowNativeType, BooleanBuffer, Buffer, IntervalDayTime, IntervalMonthDayNano, MutableBuffer, NullBuffer,
    OffsetBuffer, RunEndBuffer, ScalarBuffer, i256,
};
use arrow_schema::{DataType, Field, Fields, IntervalUnit, Schema, TimeUnit, UnionFields, UnionMode};

use crate::observer::Handle;
use crate::type_info::TypeInfo;
use crate::{DeepSize, Reason, SharedBlock, Walker, layout, with};

mod builders;

flat! { IntervalDayTime, IntervalMonthDayNano, IntervalUnit, NullArray, TimeUnit, UnionMode, i256 }

/// The block of a buffer's `Arc`: two counts, a pointer, a length, and the deallocation in three words.
///
/// Source: `Bytes` in `arrow-buffer` 59, `src/bytes.rs`.
fn header_layout() -> Layout {
    layout::counted_block(Layout::new::<[usize; 5]>()).0
}

/// The memory of a buffer. Its header owns it.
struct Memory<'b> {
    buffer: &'b Buffer,
    is_allocator: bool,
}

impl DeepSize for Memory<'_> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match Layout::array::<u8>(self.buffer.capacity()) {
            Ok(layout) if self.is_allocator => {
                walker.allocation(self.buffer.data_ptr().as_ptr(), layout, layout.size());
            }
            _ => walker.opaque(Reason::Hidden),
        }
    }
}

/// The whole block, counted once, even if this handle refers to a part of it.
impl DeepSize for Buffer {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (header, is_allocator) = match origin::of(self) {
            Some(origin) => (origin.header.addr(), origin.is_allocator),
            // The data address replaces the unknown header. Buffers with the same memory usually share one.
            None => (self.data_ptr().as_ptr().addr(), false),
        };
        let block = SharedBlock::new(ptr::without_provenance::<()>(header), header_layout());
        let block = block.with_strong_count(self.strong_count()).with_weak_count(0);
        walker.shared_with::<Memory<'_>, _>(block, 0, |walker| {
            Memory { buffer: self, is_allocator }.walk_owned(walker);
        });
    }
}

/// The capacity in bytes.
impl DeepSize for MutableBuffer {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Ok(layout) = Layout::array::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
    }
}

/// Implements `DeepSize` for wrappers of buffers and of other wrappers.
macro_rules! wrappers {
    ($($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        impl $(<$($generics)*>)? DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.inner(self.inner());
            }
        }
    )*};
}

wrappers! {
    BooleanBuffer,
    NullBuffer,
    OffsetBuffer<T> where [T: ArrowNativeType],
    RunEndBuffer<T> where [T: ArrowNativeType],
    ScalarBuffer<T> where [T: ArrowNativeType],
}

/// Implements `DeepSize` for arrays with these parts. The part after the semicolon is optional.
macro_rules! arrays {
    ($($type:ty $(where [$($generics:tt)*])? { $($part:ident),* $(; $optional:ident)? })*) => {$(
        impl $(<$($generics)*>)? DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                $(walker.field(stringify!($part), self.$part());)*
                $(if let Some(part) = self.$optional() {
                    walker.field(stringify!($optional), part);
                })?
            }
        }
    )*};
}

arrays! {
    BooleanArray { values; nulls }
    DictionaryArray<K> where [K: ArrowDictionaryKeyType] { data_type, keys, values }
    FixedSizeBinaryArray { data_type, values; nulls }
    FixedSizeListArray { data_type, values; nulls }
    GenericByteArray<T> where [T: ByteArrayType] { data_type, offsets, values; nulls }
    GenericListArray<O> where [O: OffsetSizeTrait] { data_type, offsets, values; nulls }
    GenericListViewArray<O> where [O: OffsetSizeTrait] { data_type, offsets, sizes, values; nulls }
    MapArray { data_type, offsets, entries; nulls }
    PrimitiveArray<T> where [T: ArrowPrimitiveType] { data_type, values; nulls }
    RunArray<R> where [R: RunEndIndexType] { data_type, run_ends, values }
}

/// Views, nulls, and the shared block with the handles of all buffers.
impl<T: ByteViewType + ?Sized> DeepSize for GenericByteViewArray<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walker.field("views", self.views());
        shared_slice(self.data_buffers(), walker);
        if let Some(nulls) = self.nulls() {
            walker.field("nulls", nulls);
        }
    }
}

/// Children and nulls; a lower bound, because the capacity of the vector of children is not exposed.
impl DeepSize for StructArray {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walk_columns(walker, self.columns());
        if let Some(nulls) = self.nulls() {
            walker.field("nulls", nulls);
        }
    }
}

/// Type codes, offsets and children; a lower bound, because the capacity of the vector of children is not exposed.
impl DeepSize for UnionArray {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walker.field("type_ids", self.type_ids());
        if let Some(offsets) = self.offsets() {
            walker.field("offsets", offsets);
        }
        if let DataType::Union(fields, _) = self.data_type() {
            // One place per type code up to the largest.
            let places = fields.iter().map(|(code, _)| usize::from(code.unsigned_abs()) + 1).max();
            let first = fields.iter().next().map(|(code, _)| self.child(code));
            if let (Some(first), Some(layout)) = (first, layout::buffer::<ArrayRef>(places.unwrap_or(0))) {
                walker.allocation(first, layout, layout.size());
            }
            walker.lower_bound(Reason::Capacity, None);
            walker.elements(fields.iter().map(|(code, _)| self.child(code)));
        }
    }
}

/// Schema and columns; a lower bound, because the capacity of the vector of columns is not exposed.
impl DeepSize for RecordBatch {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("schema", self.schema_ref());
        walk_columns(walker, self.columns());
    }
}

fn walk_columns(walker: &mut Walker<'_>, columns: &[ArrayRef]) {
    with::slice_at_least(columns, walker);
}

/// The concrete array, or opaque if it is not a type of `arrow-array`.
impl DeepSize for dyn Array {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match concrete(self) {
            Some(array) => array.walk_owned(walker),
            None => walker.opaque(Reason::TypeErased),
        }
    }

    fn __type_info(&self) -> TypeInfo {
        concrete(self).map_or_else(TypeInfo::built_in::<Self>, |array| array.__type_info())
    }
}

/// The array behind a trait object, or `None` if its type is unknown.
fn concrete(array: &dyn Array) -> Option<&dyn DeepSize> {
    macro_rules! primitive {
        ($type:ty, $any:ident) => {
            cast::<PrimitiveArray<$type>>($any)
        };
    }
    macro_rules! dictionary {
        ($type:ty, $any:ident) => {
            cast::<DictionaryArray<$type>>($any)
        };
    }
    macro_rules! run {
        ($type:ty, $any:ident) => {
            cast::<RunArray<$type>>($any)
        };
    }
    let any = array.as_any();
    // `&dyn Array` also implements `Array`, and its `as_any` returns the target.
    if ptr::from_ref(any).cast::<()>() != ptr::from_ref(array).cast::<()>() {
        return None;
    }
    downcast_primitive! {
        array.data_type() => (primitive, any),
        DataType::Null => cast::<NullArray>(any),
        DataType::Boolean => cast::<BooleanArray>(any),
        DataType::Utf8 => cast::<StringArray>(any),
        DataType::LargeUtf8 => cast::<LargeStringArray>(any),
        DataType::Utf8View => cast::<StringViewArray>(any),
        DataType::Binary => cast::<BinaryArray>(any),
        DataType::LargeBinary => cast::<LargeBinaryArray>(any),
        DataType::BinaryView => cast::<BinaryViewArray>(any),
        DataType::FixedSizeBinary(_) => cast::<FixedSizeBinaryArray>(any),
        DataType::List(_) => cast::<ListArray>(any),
        DataType::LargeList(_) => cast::<LargeListArray>(any),
        DataType::ListView(_) => cast::<ListViewArray>(any),
        DataType::LargeListView(_) => cast::<LargeListViewArray>(any),
        DataType::FixedSizeList(_, _) => cast::<FixedSizeListArray>(any),
        DataType::Struct(_) => cast::<StructArray>(any),
        DataType::Map(_, _) => cast::<MapArray>(any),
        DataType::Union(_, _) => cast::<UnionArray>(any),
        DataType::Dictionary(key, _) => downcast_integer! {
            key.as_ref() => (dictionary, any),
            _ => None,
        },
        DataType::RunEndEncoded(ends, _) => downcast_run_end_index! {
            ends.data_type() => (run, any),
            _ => None,
        },
        _ => None,
    }
}

fn cast<T: DeepSize + 'static>(any: &dyn Any) -> Option<&dyn DeepSize> {
    any.downcast_ref::<T>().map(|array| array as &dyn DeepSize)
}

/// The fields of the active variant.
impl DeepSize for DataType {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Timestamp(_, zone) => walker.inner(zone),
            Self::List(field)
            | Self::ListView(field)
            | Self::FixedSizeList(field, _)
            | Self::LargeList(field)
            | Self::LargeListView(field)
            | Self::Map(field, _) => walker.inner(field),
            Self::Struct(fields) => walker.inner(fields),
            Self::Union(fields, _) => walker.inner(fields),
            Self::Dictionary(key, value) => {
                walker.field("0", key);
                walker.field("1", value);
            }
            Self::RunEndEncoded(ends, values) => {
                walker.field("0", ends);
                walker.field("1", values);
            }
            _ => {}
        }
    }
}

/// Reports the metadata of a field or schema: a hash map in version 59, a shared tree since 60.
macro_rules! walk_metadata {
    ($walker:ident, $metadata:expr) => {
        $walker.field_with("metadata", $metadata, |metadata, walker| {
            if let Some(tree) = metadata.as_arc() {
                walker.inner(tree);
            } else if let Some(map) = (metadata as &dyn Any).downcast_ref::<HashMap<String, String>>() {
                walker.inner(map);
            }
        })
    };
}

/// Replaces the method of `arrow_schema::Metadata` in version 59, so that `walk_metadata` compiles with both versions.
#[allow(dead_code, reason = "the inherent method of version 60 takes precedence")]
trait AsArc {
    fn as_arc(&self) -> Option<&Arc<BTreeMap<String, String>>>;
}

impl AsArc for HashMap<String, String> {
    fn as_arc(&self) -> Option<&Arc<BTreeMap<String, String>>> {
        None
    }
}

/// Name, type and metadata.
impl DeepSize for Field {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field::<String>("name", self.name());
        walker.field("data_type", self.data_type());
        walk_metadata!(walker, self.metadata());
    }
}

/// The block of all handles, and all fields. Each counts once.
impl DeepSize for Fields {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        shared_slice::<Arc<Field>>(self, walker);
    }
}

/// The block of all handles, and all fields. Each counts once.
impl DeepSize for UnionFields {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let Some((_, first)) = self.iter().next() else {
            return walker.opaque(Reason::Hidden);
        };
        if let Ok(parts) = Layout::array::<(i8, Arc<Field>)>(self.len()) {
            let block = SharedBlock::new(first, layout::counted_block(parts).0);
            if walker.visit_shared(block, Handle::Strong) {
                walker.in_block(|walker| walker.elements(self.iter().map(|(_, field)| field)));
            }
        }
    }
}

impl DeepSize for Schema {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("fields", &self.fields);
        walk_metadata!(walker, &self.metadata);
    }
}

/// Reports the block behind an `Arc<[T]>` that exposes only its slice.
fn shared_slice<T: DeepSize>(slice: &[T], walker: &mut Walker<'_>) {
    // All default handles of this type share one static block.
    if slice.is_empty() && slice.as_ptr().cast::<()>() == Arc::<[T]>::default().as_ptr().cast() {
        return;
    }
    let (block, offset) = layout::counted_block(Layout::for_value(slice));
    walker.shared(SharedBlock::new(slice.as_ptr().cast::<u8>().wrapping_sub(offset), block), slice);
}
