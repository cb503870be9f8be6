//! `arrow-buffer`, `arrow-array` and `arrow-schema` 59 and 60: buffers, arrays and schemas are exact, each buffer counted once
//! however many arrays and slices lead to it.
//!
//! A lower bound are `StructArray`, `UnionArray` and `RecordBatch`, since nothing shows the capacity of the vector of their
//! columns. An empty buffer that has several handles is opaque, for it has no address by which to tell it apart.
//!
//! A buffer does not show whether its memory is the allocator's. What it keeps alive counts by its capacity, so also memory
//! that it got from elsewhere (`Buffer::from_custom_allocation`, `Buffer::from(Bytes)`: a mapped file, a static), whose owner
//! is not counted in turn. With the feature `pool` of `arrow-buffer`, 24 bytes of each buffer, and what a pool put there, are
//! not counted.

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
use crate::{DeepSize, Reason, SharedBlock, Walker, layout};

flat! { IntervalDayTime, IntervalMonthDayNano, IntervalUnit, NullArray, TimeUnit, UnionMode, i256 }

/// The block of a buffer's `Arc`: two counts, then a pointer, a length, and how to free the memory in three words.
///
/// Source: `Bytes` in `arrow-buffer` 59, `src/bytes.rs`.
fn header() -> Layout {
    layout::counted_block(Layout::new::<[usize; 5]>()).0
}

/// What is behind a buffer besides its bytes, counted with them.
struct Header;

impl DeepSize for Header {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.allocation(ptr::null::<()>(), header(), header().size());
    }
}

/// The whole block, once, however little of it this handle shows.
impl DeepSize for Buffer {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match (Layout::array::<u8>(self.capacity()), self.strong_count()) {
            (Ok(layout), strong) if layout.size() > 0 => {
                let block = SharedBlock::new(self.data_ptr().as_ptr(), layout);
                walker.shared(block.with_strong_count(strong).with_weak_count(0), &Header);
            }
            (_, 1) => walker.field("0", &Header),
            _ => walker.opaque(Reason::Hidden),
        }
    }
}

/// Its capacity.
impl DeepSize for MutableBuffer {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Ok(layout) = Layout::array::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
    }
}

/// Wrappers of buffers and of other wrappers.
macro_rules! wrappers {
    ($($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        impl $(<$($generics)*>)? DeepSize for $type {
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

/// Arrays with these parts; those behind the semicolon may be missing.
macro_rules! arrays {
    ($($type:ty $(where [$($generics:tt)*])? { $($part:ident),* $(; $optional:ident)? })*) => {$(
        impl $(<$($generics)*>)? DeepSize for $type {
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

/// Views, nulls, and the buffers, of which the block with all their handles is shared.
impl<T: ByteViewType + ?Sized> DeepSize for GenericByteViewArray<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walker.field("views", self.views());
        shared_slice(self.data_buffers(), walker);
        if let Some(nulls) = self.nulls() {
            walker.field("nulls", nulls);
        }
    }
}

/// Children and nulls; the spare capacity of the vector of children is opaque.
impl DeepSize for StructArray {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walk_columns(walker, self.columns());
        if let Some(nulls) = self.nulls() {
            walker.field("nulls", nulls);
        }
    }
}

/// Type codes, offsets and children; the spare capacity of the vector of children is opaque.
impl DeepSize for UnionArray {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data_type", self.data_type());
        walker.field("type_ids", self.type_ids());
        if let Some(offsets) = self.offsets() {
            walker.field("offsets", offsets);
        }
        if let DataType::Union(fields, _) = self.data_type() {
            // A place for each code up to the largest.
            let places = fields.iter().map(|(code, _)| usize::from(code.unsigned_abs()) + 1).max();
            let first = fields.iter().next().map(|(code, _)| self.child(code));
            if let (Some(first), Some(layout)) = (first, layout::buffer::<ArrayRef>(places.unwrap_or(0))) {
                walker.allocation(first, layout, layout.size());
            }
            walker.opaque(Reason::Hidden);
            walker.elements(fields.iter().map(|(code, _)| self.child(code)));
        }
    }
}

/// Schema and columns; the spare capacity of the vector of columns is opaque.
impl DeepSize for RecordBatch {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("schema", self.schema_ref());
        walk_columns(walker, self.columns());
    }
}

fn walk_columns(walker: &mut Walker<'_>, columns: &[ArrayRef]) {
    walker.opaque(Reason::Hidden);
    walker.allocation(columns.as_ptr(), Layout::for_value(columns), size_of_val(columns));
    walker.elements(columns);
}

/// As the concrete array; one that is not of this crate is opaque.
impl DeepSize for dyn Array {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match concrete(self) {
            Some(array) => array.walk_owned(walker),
            None => walker.opaque(Reason::TypeErased),
        }
    }

    fn __type_name(&self) -> &'static str {
        concrete(self).map_or(core::any::type_name::<Self>(), |array| array.__type_name())
    }
}

/// The array behind a trait object.
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
    // A reference to an array is an array too, and shows what it leads to.
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

/// What the active variant holds.
impl DeepSize for DataType {
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

/// Stands in for the method of `arrow_schema::Metadata`, so that the above compiles with both versions.
#[allow(dead_code, reason = "the method that it stands in for goes before it")]
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
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field::<String>("name", self.name());
        walker.field("data_type", self.data_type());
        walk_metadata!(walker, self.metadata());
    }
}

/// The block of all handles, once, and each field once.
impl DeepSize for Fields {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        shared_slice::<Arc<Field>>(self, walker);
    }
}

/// The block of all handles, once, and each field once.
impl DeepSize for UnionFields {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let Some((_, first)) = self.iter().next() else {
            return walker.opaque(Reason::Hidden);
        };
        if let Ok(parts) = Layout::array::<(i8, Arc<Field>)>(self.len()) {
            let block = SharedBlock::new(first, layout::counted_block(parts).0);
            if walker.visit_shared(block, Handle::Strong) {
                walker.elements(self.iter().map(|(_, field)| field));
            }
        }
    }
}

impl DeepSize for Schema {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("fields", &self.fields);
        walk_metadata!(walker, &self.metadata);
    }
}

/// Reports the block behind an `Arc<[T]>`, of which only the slice is shown.
fn shared_slice<T: DeepSize>(slice: &[T], walker: &mut Walker<'_>) {
    // The default of all such handles is one static place.
    if slice.is_empty() && slice.as_ptr().cast::<()>() == Arc::<[T]>::default().as_ptr().cast() {
        return;
    }
    let (block, offset) = layout::counted_block(Layout::for_value(slice));
    walker.shared(SharedBlock::new(slice.as_ptr().cast::<u8>().wrapping_sub(offset), block), slice);
}
