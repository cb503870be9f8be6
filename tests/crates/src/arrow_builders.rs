use arbitrary::Unstructured;
use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, Int32Builder, Int64Builder,
    ListBuilder, ListViewBuilder, NullBuilder, PrimitiveDictionaryBuilder, StringBuilder, StringViewBuilder,
    StructBuilder, TimestampSecondBuilder,
};
use arrow_array::types::{Int32Type, Int64Type};
use arrow_buffer::{BooleanBufferBuilder, BufferBuilder, MutableBuffer, NullBufferBuilder};
use arrow_schema::{DataType, Field};
use deep_size::{DeepSize, Reason, Size};

use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, assert_lower_bound, assert_opaque, live_bytes};
use crate::{exact, for_random_bytes};

impl<T: Random + arrow_buffer::ArrowNativeType> Random for BufferBuilder<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut builder = Self::new(below(source, 100));
        for _ in 0..length(source, depth) {
            builder.append(T::random(source, depth));
        }
        builder
    }
}

impl Random for BooleanBufferBuilder {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut builder = Self::new(below(source, 100));
        for _ in 0..length(source, depth) {
            builder.append_n(below(source, 50), bool::random(source, depth));
        }
        builder
    }
}

impl Random for NullBufferBuilder {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut builder = Self::new(below(source, 100));
        for _ in 0..length(source, depth) {
            if below(source, 4) == 0 {
                builder.append_null();
            } else {
                builder.append_n_non_nulls(below(source, 50));
            }
        }
        builder
    }
}

exact! {
    buffers_of_numbers: Vec<BufferBuilder<u32>>;
    buffers_of_bytes: BufferBuilder<u8>;
    buffers_of_flags: BooleanBufferBuilder;
    buffers_of_nulls: Vec<NullBufferBuilder>;
}

#[test]
fn a_builder_from_an_odd_buffer_is_a_lower_bound() {
    fn build<T: arrow_buffer::ArrowNativeType>(capacity: usize) -> BufferBuilder<T> {
        let buffer = MutableBuffer::from(Vec::<T>::with_capacity(capacity));
        // SAFETY: an empty buffer has no element.
        unsafe { BufferBuilder::new_from_buffer(buffer) }
    }
    for capacity in [1, 3, 17] {
        assert_eq!(assert_lower_bound(Reason::Capacity, || build::<u32>(capacity)), capacity * 4);
        assert_eq!(
            assert_lower_bound(Reason::Capacity, || build::<i128>(2 * capacity + 1)),
            capacity * 32 + 16
        );
        assert_exact(|| build::<u8>(capacity));
    }
    assert_exact(|| build::<u32>(16));
}

/// Checks that a builder is measured as exact only if it is, and never in excess.
fn check<T: DeepSize>(build: impl FnOnce() -> T) {
    let before = live_bytes();
    let builder = build();
    let built = usize::try_from(live_bytes() - before).expect("the builder owns its memory");
    let (measured, size) = (builder.heap_size(), Size::of(&builder));
    assert!(measured <= built, "{measured} of {built} bytes");
    assert!(measured == built || !size.is_exact(), "{measured} of {built} bytes");
}

#[test]
fn random_builders_are_never_measured_in_excess() {
    for_random_bytes(|source| {
        let (numbers, texts) =
            (Vec::<Option<u32>>::random(source, 0), Vec::<Option<String>>::random(source, 0));
        let capacity = below(source, 50);
        check(|| {
            let mut builder = Int64Builder::with_capacity(capacity);
            numbers.iter().for_each(|number| builder.append_option(number.map(i64::from)));
            builder
        });
        check(|| {
            let mut builder = BooleanBuilder::with_capacity(capacity);
            numbers.iter().for_each(|number| builder.append_option(number.map(|number| number > 7)));
            builder
        });
        check(|| {
            let mut builder = StringBuilder::with_capacity(capacity, capacity);
            texts.iter().for_each(|text| builder.append_option(text.as_ref()));
            builder
        });
        check(|| {
            let mut builder = ListBuilder::new(BinaryBuilder::new());
            builder.append_value(texts.iter().map(|text| text.as_ref().map(String::as_bytes)));
            builder
        });
        check(|| {
            let mut builder = FixedSizeBinaryBuilder::with_capacity(capacity, 4);
            for number in &numbers {
                match number {
                    Some(number) => builder.append_value(number.to_le_bytes()).expect("it has four bytes"),
                    None => builder.append_null(),
                }
            }
            builder
        });
    });
}

#[test]
fn builders_of_numbers_without_nulls_are_exact() {
    let build = || {
        let mut builder = Int32Builder::new();
        builder.append_slice(&[1, 2, 3]);
        builder
    };
    assert_exact(build);
    assert_exact(BooleanBuilder::new);
    assert_flat(NullBuilder::new());
    assert_exact(|| -> Box<dyn ArrayBuilder> { Box::new(build()) });
}

#[test]
fn builders_with_nulls_are_lower_bounds() {
    let build = || {
        let mut builder = Int32Builder::with_capacity(10);
        builder.append_null();
        builder
    };
    assert_eq!(assert_lower_bound(Reason::Capacity, build), 40 + 1);
    assert_lower_bound(Reason::Capacity, || -> Box<dyn ArrayBuilder> { Box::new(StringBuilder::new()) });
}

#[test]
fn hidden_parts_are_opaque() {
    assert_opaque(Reason::Hidden, || ListBuilder::new(Int32Builder::new()));
    assert_opaque(Reason::Hidden, || ListViewBuilder::new(Int32Builder::new()));
    assert_opaque(Reason::Hidden, StringViewBuilder::new);
    assert_opaque(Reason::Hidden, PrimitiveDictionaryBuilder::<Int32Type, Int64Type>::new);
    assert_opaque(Reason::Hidden, || {
        TimestampSecondBuilder::with_capacity(10).with_timezone("Europe/Berlin")
    });
    assert_opaque(Reason::TypeErased, || -> Box<dyn ArrayBuilder> { Box::new(StringViewBuilder::new()) });
    let build = || StructBuilder::from_fields(vec![Field::new("a", DataType::Int32, false)], 10);
    assert!(assert_opaque(Reason::Hidden, build) >= 40 + size_of::<Int32Builder>());
}
