//! The cache of a query engine: columns, batches and their statistics.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use arbitrary::Unstructured;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use deep_size::{DeepSize, Reason};
use roaring::RoaringBitmap;

use super::{assert_at_least, assert_states_exact, for_random_states, random};
use crate::random::{Random, below, length};

#[derive(DeepSize)]
enum Scalar {
    Null,
    Int64(i64),
    Utf8(String),
    Binary(Vec<u8>),
    List(Box<Scalar>, u32),
}

#[derive(DeepSize)]
enum Precision {
    Absent,
    Inexact(Scalar),
    Exact(Scalar),
}

#[derive(DeepSize)]
struct ColumnStatistics {
    nulls: Option<u64>,
    least: Precision,
    most: Precision,
    distinct: Option<u64>,
}

#[derive(DeepSize)]
struct FileMeta {
    location: String,
    last_modified: i64,
    e_tag: Option<Box<str>>,
    partition: Vec<Scalar>,
    statistics: Vec<Arc<ColumnStatistics>>,
}

random! {
    enum Scalar { Null {} Int64 { 0 } Utf8 { 0 } Binary { 0 } List { 0, 1 } }
    enum Precision { Absent {} Inexact { 0 } Exact { 0 } }
    struct ColumnStatistics { nulls, least, most, distinct }
    struct FileMeta { location, last_modified, e_tag, partition, statistics }
}

#[derive(DeepSize)]
struct Page {
    columns: Vec<ArrayRef>,
    raw: Buffer,
    row_group: u32,
}

#[derive(DeepSize)]
struct ColumnCache {
    schema: Arc<Schema>,
    pages: VecDeque<Page>,
    files: HashMap<Arc<str>, Arc<FileMeta>>,
    by_time: BTreeMap<i64, Arc<FileMeta>>,
}

fn schema() -> Arc<Schema> {
    let fields = vec![Field::new("name", DataType::Utf8, true), Field::new("size", DataType::Int64, false)];
    Arc::new(Schema::new(fields))
}

fn columns(source: &mut Unstructured<'_>) -> ColumnCache {
    let mut cache = ColumnCache {
        schema: schema(),
        pages: VecDeque::new(),
        files: HashMap::new(),
        by_time: BTreeMap::new(),
    };
    let numbers = Int64Array::from_iter_values(0..100);
    let raw = Buffer::from_vec(vec![0_u8; 100 + below(source, 100)]);
    for row_group in 0..length(source, 1) as u32 {
        let mut columns = Vec::<ArrayRef>::random(source, 1);
        // Part of a column that other pages share.
        columns.push(Arc::new(numbers.slice(below(source, 50), below(source, 50))));
        let start = below(source, 50);
        cache.pages.push_back(Page { columns, raw: raw.slice_with_length(start, 10), row_group });
    }
    for number in 0..length(source, 1) as i64 {
        let file = Arc::<FileMeta>::random(source, 0);
        cache.files.insert(Arc::from(file.location.as_str()), file.clone());
        cache.by_time.insert(number, file);
    }
    cache
}

#[test]
fn a_cache_of_columns_is_exact() {
    // The first dictionary builder sets up the seeds of the hasher.
    drop(StringDictionaryBuilder::<Int32Type>::new());
    assert_states_exact(columns);
}

/// Includes types that hide some of their memory: batches, bytes and bitmaps.
#[derive(DeepSize)]
struct BatchCache {
    columns: ColumnCache,
    batches: HashMap<u32, Arc<RecordBatch>>,
    footers: Vec<Bytes>,
    deleted: BTreeMap<String, RoaringBitmap>,
}

fn batch(schema: &Arc<Schema>, rows: i64) -> RecordBatch {
    let names: StringArray = (0..rows).map(|row| (row % 3 > 0).then(|| row.to_string())).collect();
    let sizes = Int64Array::from_iter_values(0..rows);
    RecordBatch::try_new(schema.clone(), vec![Arc::new(names), Arc::new(sizes)]).unwrap()
}

#[test]
fn a_cache_of_batches_is_a_lower_bound() {
    drop(StringDictionaryBuilder::<Int32Type>::new());
    for_random_states(|source| {
        let build = || {
            let columns = columns(source);
            let whole = batch(&columns.schema, 100);
            let batches = (0..length(source, 1))
                .map(|number| (number as u32, Arc::new(whole.slice(below(source, 50), below(source, 50)))));
            let batches = batches.collect();
            let footer = Bytes::from(vec![7; 64]);
            BatchCache {
                batches,
                footers: (0..below(source, 4)).map(|number| footer.slice(number..)).collect(),
                deleted: (0..length(source, 2))
                    .map(|file| (file.to_string(), (0..below(source, 500) as u32).collect()))
                    .collect(),
                columns,
            }
        };
        // A shared footer has a count and a hidden part, and a bitmap reserves room for three more containers.
        let hidden = |cache: &BatchCache| {
            let bitmaps = cache.deleted.values().map(RoaringBitmap::serialized_size).sum::<usize>();
            64 * 2 + 1_000 * cache.deleted.len() + bitmaps
        };
        assert_at_least(&[Reason::Hidden, Reason::Capacity, Reason::Slice], build, hidden);
    });
}
