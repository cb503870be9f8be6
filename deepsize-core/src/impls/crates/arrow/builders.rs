//! Builders of buffers and arrays.
//!
//! Builders of buffers are usually exact. Most builders of arrays are lower bounds, because they do not expose the capacity of
//! their vectors. Parts that a builder does not expose are opaque.

use alloc::boxed::Box;
use arrow_array::ArrowPrimitiveType;
use arrow_array::OffsetSizeTrait;
use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, FixedSizeBinaryDictionaryBuilder,
    FixedSizeListBuilder, GenericByteBuilder, GenericByteDictionaryBuilder, GenericByteRunBuilder,
    GenericByteViewBuilder, GenericListBuilder, GenericListViewBuilder, LargeBinaryBuilder,
    LargeStringBuilder, ListBuilder, MapBuilder, NullBuilder, PrimitiveBuilder, PrimitiveDictionaryBuilder,
    PrimitiveRunBuilder, StringBuilder, StructBuilder, UnionBuilder,
};
use arrow_array::types::{
    ArrowDictionaryKeyType, ByteArrayType, ByteViewType, Date32Type, Date64Type, Decimal128Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_buffer::{ArrowNativeType, BooleanBufferBuilder, BufferBuilder, NullBufferBuilder};
use arrow_schema::DataType;

use crate::{DeepSize, Reason, Walker};

flat! { NullBuilder }

/// The capacity of a new buffer is a multiple of this many bytes.
const ROUNDED: usize = 64;

/// The capacity.
///
/// A lower bound for some builders made from another buffer: their capacity may not be a multiple of the element size.
impl<T: ArrowNativeType> DeepSize for BufferBuilder<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.buffer(self.as_slice().as_ptr(), self.capacity(), self.len());
        if size_of::<T>() > 1 && self.capacity() * size_of::<T>() % ROUNDED != 0 {
            walker.lower_bound(Reason::Capacity, Some(size_of::<T>() - 1));
        }
    }
}

/// The capacity.
impl DeepSize for BooleanBufferBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let bytes = self.as_slice();
        walker.buffer(bytes.as_ptr(), self.capacity() / 8, bytes.len());
    }
}

/// The capacity, or nothing before the first null.
impl DeepSize for NullBufferBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(bytes) = self.as_slice() {
            walker.buffer(bytes.as_ptr(), self.allocated_size(), bytes.len());
        }
    }
}

/// Reports a vector of numbers without its spare capacity.
fn walk_at_least<T>(walker: &mut Walker<'_>, numbers: &[T]) {
    if numbers.is_empty() {
        walker.uncounted_block(numbers);
    }
    walker.buffer(numbers.as_ptr(), numbers.len(), numbers.len());
    walker.lower_bound(Reason::Capacity, None);
}

/// Reports a buffer of nulls without its spare capacity. It exists only after the first null.
fn walk_nulls(walker: &mut Walker<'_>, nulls: Option<&[u8]>) {
    if let Some(nulls) = nulls {
        walk_at_least(walker, nulls);
    }
}

/// The values. The time zone of timestamps is opaque, and the nulls are a lower bound.
impl<T: ArrowPrimitiveType> DeepSize for PrimitiveBuilder<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let values = self.values_slice();
        walker.buffer(values.as_ptr(), self.capacity(), values.len());
        walk_nulls(walker, self.validity_slice());
        if matches!(T::DATA_TYPE, DataType::Timestamp(..)) {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// The values. The nulls are a lower bound.
impl DeepSize for BooleanBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let values = self.values_slice();
        walker.buffer(values.as_ptr(), self.capacity() / 8, values.len());
        walk_nulls(walker, self.validity_slice());
    }
}

impl<T: ByteArrayType> DeepSize for GenericByteBuilder<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_at_least(walker, self.values_slice());
        walk_at_least(walker, self.offsets_slice());
        walk_nulls(walker, self.validity_slice());
    }
}

impl DeepSize for FixedSizeBinaryBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_at_least(walker, self.values_slice());
        walk_nulls(walker, self.validity_slice());
    }
}

/// Offsets and values. The field is opaque.
impl<O: OffsetSizeTrait, T: ArrayBuilder + DeepSize> DeepSize for GenericListBuilder<O, T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_at_least(walker, self.offsets_slice());
        walker.field("values_builder", self.values_ref());
        walk_nulls(walker, self.validity_slice());
        walker.opaque(Reason::Hidden);
    }
}

/// Offsets and values. The sizes, the nulls and the field are opaque.
impl<O: OffsetSizeTrait, T: ArrayBuilder + DeepSize> DeepSize for GenericListViewBuilder<O, T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_at_least(walker, self.offsets_slice());
        walker.field("values_builder", self.values_ref());
        walker.opaque(Reason::Hidden);
    }
}

/// The builders of the fields. The fields are opaque.
impl DeepSize for StructBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let builders = self.field_builders();
        walk_at_least(walker, builders);
        walker.elements(builders);
        walk_nulls(walker, self.validity_slice());
        walker.opaque(Reason::Hidden);
    }
}

opaque! {
    Hidden:
    FixedSizeBinaryDictionaryBuilder<K> where [K: ArrowDictionaryKeyType],
    FixedSizeListBuilder<T> where [T: ArrayBuilder],
    GenericByteDictionaryBuilder<K, T> where [K: ArrowDictionaryKeyType, T: ByteArrayType],
    GenericByteRunBuilder<R, T> where [R: RunEndIndexType, T: ByteArrayType],
    GenericByteViewBuilder<T> where [T: ByteViewType + ?Sized],
    MapBuilder<K, V> where [K: ArrayBuilder, V: ArrayBuilder],
    PrimitiveDictionaryBuilder<K, V> where [K: ArrowDictionaryKeyType, V: ArrowPrimitiveType],
    PrimitiveRunBuilder<R, V> where [R: RunEndIndexType, V: ArrowPrimitiveType],
    UnionBuilder,
}

/// The concrete builder if its type is in the list below, otherwise opaque.
impl DeepSize for dyn ArrayBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        macro_rules! cast {
            ($($type:ty),* $(,)?) => {
                None$(.or_else(|| super::cast::<$type>(self.as_any())))*
            };
        }
        let builder = cast! {
            BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, LargeBinaryBuilder, LargeStringBuilder,
            ListBuilder<Box<dyn ArrayBuilder>>, NullBuilder, PrimitiveBuilder<Date32Type>,
            PrimitiveBuilder<Date64Type>, PrimitiveBuilder<Decimal128Type>, PrimitiveBuilder<Float32Type>,
            PrimitiveBuilder<Float64Type>, PrimitiveBuilder<Int8Type>, PrimitiveBuilder<Int16Type>,
            PrimitiveBuilder<Int32Type>, PrimitiveBuilder<Int64Type>, PrimitiveBuilder<UInt8Type>,
            PrimitiveBuilder<UInt16Type>, PrimitiveBuilder<UInt32Type>, PrimitiveBuilder<UInt64Type>,
            StringBuilder, StructBuilder,
        };
        match builder {
            Some(builder) => builder.walk_owned(walker),
            None => walker.opaque(Reason::TypeErased),
        }
    }
}
