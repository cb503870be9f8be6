use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;

use arbitrary::Unstructured;
use arrow_array::builder::{
    BooleanBuilder, FixedSizeBinaryBuilder, ListBuilder, MapBuilder, StringBuilder, StringDictionaryBuilder,
    StringViewBuilder,
};
use arrow_array::types::{Int32Type, Int64Type, TimestampSecondType};
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, Float64Array, Int32Array, Int64Array, NullArray, PrimitiveArray,
    RecordBatch, RunArray, StringArray, StructArray, UnionArray, new_empty_array,
};
use arrow_buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit, UnionFields};
use deep_size::{DeepSize, Reason, Tally};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, assert_flat, assert_lower_bound, assert_opaque};
use crate::trial::{assert_family_exact, for_random_bytes};

impl Random for Buffer {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let bytes = Vec::<u64>::random(source, depth);
        let buffer =
            if bool::random(source, depth) { Self::from_vec(bytes) } else { bytes.into_iter().collect() };
        let offset = below(source, buffer.len() + 1);
        buffer.slice(offset)
    }
}

impl Random for ArrayRef {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let texts = || Vec::<Option<String>>::random;
        match below(source, 9) {
            0 => Arc::new(
                Vec::<Option<u32>>::random(source, depth)
                    .into_iter()
                    .map(|one| one.map(f64::from))
                    .collect::<Float64Array>(),
            ),
            1 => Arc::new(texts()(source, depth).into_iter().collect::<StringArray>()),
            2 => {
                let mut builder = StringViewBuilder::new();
                texts()(source, depth).into_iter().for_each(|text| builder.append_option(text));
                Arc::new(builder.finish())
            }
            3 => {
                let mut builder = StringDictionaryBuilder::<Int32Type>::new();
                texts()(source, depth).into_iter().for_each(|text| builder.append_option(text));
                Arc::new(builder.finish())
            }
            4 => {
                let mut builder = ListBuilder::new(StringBuilder::new());
                for _ in 0..length(source, depth) {
                    texts()(source, depth + 2)
                        .into_iter()
                        .for_each(|text| builder.values().append_option(text));
                    builder.append(bool::random(source, depth));
                }
                Arc::new(builder.finish())
            }
            5 => {
                let mut builder = BooleanBuilder::new();
                (0..length(source, depth)).for_each(|_| builder.append_option(Option::random(source, depth)));
                Arc::new(builder.finish())
            }
            6 => {
                let mut builder = FixedSizeBinaryBuilder::new(3);
                (0..length(source, depth)).for_each(|_| builder.append_value(b"abc").unwrap());
                Arc::new(builder.finish())
            }
            7 => Arc::new(NullArray::new(length(source, depth))),
            _ => {
                let array =
                    Vec::<u32>::random(source, depth).into_iter().map(i64::from).collect::<Int64Array>();
                let offset = below(source, array.len() + 1);
                Arc::new(array.slice(offset, array.len() - offset))
            }
        }
    }
}

exact! {
    buffers: Vec<Buffer>;
}

#[test]
fn arrays_are_exact() {
    // The first dictionary builder sets up the seeds of the hasher.
    drop(StringDictionaryBuilder::<Int32Type>::new());
    assert_family_exact::<Vec<ArrayRef>>();
}

#[test]
fn a_buffer_is_counted_once_for_all_its_slices() {
    assert_exact(|| {
        let buffer = Buffer::from_vec(vec![7_u64; 1_000]);
        let views = (buffer.slice(8), buffer.slice_with_length(16, 80), buffer.clone());
        (buffer, views.0, views.1, views.2)
    });
}

#[test]
fn arrays_over_one_buffer_count_it_once() {
    assert_exact(|| {
        let numbers = Int32Array::from_iter_values(0..1_000);
        let slices: Vec<Int32Array> = (0..10).map(|part| numbers.slice(part * 100, 100)).collect();
        (numbers, slices)
    });
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..100).map(|number| number.to_string())));
    let mut tally = Tally::new();
    let first = tally.add(&texts);
    let second = tally.add(&texts.slice(10, 20));
    assert!(first > second, "{first} {second}");
    assert_eq!(second, 16 + 16 + size_of::<StringArray>(), "only the handle and its block are new");
}

#[test]
fn buffers_of_all_kinds_are_exact() {
    assert_exact(|| Buffer::from(b"copied"));
    assert_exact(|| Buffer::from_vec(Vec::<u16>::with_capacity(5)));
    assert_exact(|| Buffer::from_vec(Vec::<u16>::new()));
    assert_exact(|| MutableBuffer::with_capacity(100));
    assert_exact(|| BooleanBuffer::new_set(100));
    assert_exact(|| NullBuffer::new_null(100));
    assert_exact(|| ScalarBuffer::from(vec![1_i32, 2, 3]));
    assert_exact(|| OffsetBuffer::<i64>::from_lengths([1, 2, 3]));
    assert_exact(|| {
        let empty = Buffer::from_vec(Vec::<u16>::new());
        (empty.clone(), empty, Buffer::from_vec(Vec::<u16>::new()))
    });
}

/// The block of an `Arc` with five words.
const HEADER: usize = 16 + 40;

fn body() -> bytes::Bytes {
    bytes::Bytes::from(vec![1_u8; 1_000_000])
}

/// Foreign memory can be a static, a mapped file, or a part of a larger block.
#[test]
fn foreign_memory_is_opaque() {
    let twice = || {
        let body = body();
        (Buffer::from(body.clone()), Buffer::from(body))
    };
    assert_eq!(assert_opaque(Reason::Hidden, twice), 2 * HEADER);
    assert_eq!(assert_opaque(Reason::Hidden, || Buffer::from(body().slice(..10))), HEADER);
    let fixed = || Buffer::from(bytes::Bytes::from_static(&[0; 4096]));
    assert_eq!(assert_opaque(Reason::Hidden, fixed), HEADER);
    assert_eq!(assert_opaque(Reason::Hidden, || Buffer::from(bytes::Bytes::new())), HEADER);
    let slices = || {
        let buffer = Buffer::from(body());
        (buffer.slice(10), buffer.slice_with_length(0, 0), buffer)
    };
    assert_eq!(assert_opaque(Reason::Hidden, slices), HEADER);
}

/// A buffer over a part of a vector.
fn custom(source: &mut Unstructured<'_>, depth: usize) -> Buffer {
    let owner = Arc::new(Vec::<u64>::random(source, depth));
    let length = below(source, owner.len() * 8 + 1);
    let start = NonNull::new(owner.as_ptr().cast_mut().cast()).unwrap();
    // SAFETY: the vector owns this memory, and is not changed any more.
    #[expect(unsafe_code, reason = "there is no safe function for a custom allocation")]
    let buffer = unsafe { Buffer::from_custom_allocation(start, length, owner) };
    buffer.slice(below(source, length + 1))
}

#[test]
fn buffers_of_any_origin_are_never_counted_in_excess() {
    for_random_bytes(|source| {
        let foreign = [custom(source, 0), Buffer::from(bytes::Bytes::from(Vec::<u8>::random(source, 0)))];
        for buffer in &foreign {
            assert_eq!(buffer.heap_size(), HEADER);
            assert_eq!(Sum::of(buffer).opaque, [Reason::Hidden]);
        }
        assert_opaque(Reason::Hidden, || (Vec::<Buffer>::random(source, 0), custom(source, 0)));
        // Builders use mutable buffers, which round up their capacities.
        assert_exact(|| Buffer::from(MutableBuffer::from_len_zeroed(below(source, 500))));
    });
}

#[test]
fn nested_arrays_are_exact() {
    assert_exact(|| {
        let field = Arc::new(Field::new("item", DataType::Int32, true));
        let values = Arc::new(Int32Array::from(vec![1, 2, 3, 4]));
        FixedSizeListArray::new(field, 2, values, Some(NullBuffer::from(vec![true, false])))
    });
    assert_exact(|| {
        let ends = Int32Array::from(vec![2, 5]);
        RunArray::try_new(&ends, &StringArray::from(vec!["a", "b"])).unwrap()
    });
    assert_exact(|| {
        let zone: Arc<str> = "Europe/Berlin".into();
        PrimitiveArray::<TimestampSecondType>::from_iter_values([1, 2, 3]).with_timezone(zone)
    });
    assert_exact(|| new_empty_array(&DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))));
    assert_flat(NullArray::new(7));
}

fn batch() -> RecordBatch {
    let lines: Vec<&str> = include_str!("../../../Cargo.lock").lines().collect();
    let lengths = Int64Array::from_iter_values(lines.iter().map(|line| line.len() as i64));
    let metadata = HashMap::from([("source".to_owned(), "Cargo.lock".to_owned())]);
    let fields = vec![
        Field::new("line", DataType::Utf8, false),
        Field::new("length", DataType::Int64, false).with_metadata(metadata.clone()),
    ];
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    RecordBatch::try_new(schema, vec![Arc::new(StringArray::from(lines)), Arc::new(lengths)]).unwrap()
}

/// The vectors of columns have no spare capacity, but this cannot be seen.
#[test]
fn batches_and_structs_report_a_hidden_capacity() {
    let before = crate::support::live_bytes();
    let rows = batch();
    let built = crate::support::live_bytes() - before;
    assert_eq!(rows.heap_size() as isize, built);
    assert_lower_bound(Reason::Capacity, batch);
    assert_lower_bound(Reason::Capacity, || StructArray::from(batch()));
    assert_lower_bound(Reason::Capacity, || -> ArrayRef { Arc::new(StructArray::from(batch())) });

    let slices: Vec<RecordBatch> = (0..10).map(|part| rows.slice(part * 10, 10)).collect();
    let mut tally = Tally::new();
    tally.add(&rows);
    let each =
        size_of::<RecordBatch>() + 2 * 16 + 2 * 16 + size_of::<StringArray>() + size_of::<Int64Array>();
    assert_eq!(tally.add(&slices[..]), 10 * each, "the slices add handles and arrays, but no buffers");
}

#[test]
fn maps_report_a_hidden_capacity() {
    assert_lower_bound(Reason::Capacity, || {
        let mut maps = MapBuilder::new(None, StringBuilder::new(), ListBuilder::new(StringBuilder::new()));
        for name in ["one", "two", "three"] {
            maps.keys().append_value(name);
            maps.values().values().append_value(name);
            maps.values().append(true);
            maps.append(true).unwrap();
        }
        maps.finish()
    });
}

#[test]
fn unions_report_a_hidden_capacity() {
    assert_lower_bound(Reason::Capacity, || {
        let fields: UnionFields = [
            (0, Arc::new(Field::new("a", DataType::Int32, false))),
            (3, Arc::new(Field::new("b", DataType::Utf8, false))),
        ]
        .into_iter()
        .collect();
        let children: Vec<ArrayRef> =
            vec![Arc::new(Int32Array::from(vec![5])), Arc::new(StringArray::from(vec!["x"]))];
        UnionArray::try_new(fields, vec![0_i8, 3].into(), Some(vec![0, 0].into()), children).unwrap()
    });
}

#[test]
fn schemas_are_exact() {
    assert_exact(|| {
        let item =
            Arc::new(Field::new("item", DataType::Timestamp(TimeUnit::Second, Some("UTC".into())), true));
        let fields = Fields::from(vec![
            Field::new("list", DataType::List(item.clone()), true),
            Field::new("again", DataType::LargeList(item), false),
            Field::new(
                "words",
                DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
                true,
            ),
            Field::new("none", DataType::Struct(Fields::empty()), true),
        ]);
        (Schema::new(fields.clone()), fields)
    });
}

#[test]
fn an_array_behind_another_pointer_is_distinguished() {
    let array: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let behind: Box<dyn Array> = Box::new(array);
    assert_eq!(Sum::of(&behind).opaque, [Reason::TypeErased]);
    assert_eq!((&behind as &dyn DeepSize).__type_info().name, std::any::type_name::<Box<dyn Array>>());
    let array: ArrayRef = Arc::new(PrimitiveArray::<Int64Type>::from(vec![1, 2, 3]));
    assert_eq!(DeepSize::__type_info(&*array).name, std::any::type_name::<Int64Array>());
}
