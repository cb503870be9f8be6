use deep_size::{DeepSize, Reason, Size, Tally};
use toml_edit::{DocumentMut, Item, Value};

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{Sum, live_bytes};

/// Checks that both walks agree, and that a size is exact or reported as a lower bound.
#[track_caller]
fn check<T: DeepSize>(build: impl FnOnce() -> T) {
    let before = live_bytes();
    let value = build();
    let built = usize::try_from(live_bytes() - before).expect("the value owns its memory");
    let (sum, measured) = (Sum::of(&value), value.heap_size());
    assert_eq!(sum.bytes, size_of::<T>() + measured, "both walks agree");
    assert!(sum.opaque.is_empty() && sum.lower_bounds.iter().all(|&(reason, _)| reason == Reason::Capacity));
    assert!(measured <= built, "{measured} of {built} bytes");
    assert!(measured == built || !Size::of(&value).is_exact(), "{measured} of {built} bytes");
    drop(sum);
    let live = live_bytes();
    let mut tally = Tally::new();
    tally.add(&value);
    drop(tally);
    assert_eq!(live, live_bytes(), "measuring leaves the heap unchanged");
}

/// A random TOML value.
fn value(source: &mut arbitrary::Unstructured<'_>, depth: usize) -> Value {
    match below(source, 6) {
        0 => Value::from(i64::from(u32::random(source, depth))),
        1 => Value::from(bool::random(source, depth)),
        2 if depth < 3 => (0..length(source, depth + 1)).map(|_| value(source, depth + 1)).collect(),
        3 if depth < 3 => {
            let entries =
                (0..length(source, depth + 1)).map(|index| (format!("key{index}"), value(source, depth + 1)));
            Value::InlineTable(entries.collect())
        }
        _ => Value::from(String::random(source, depth)),
    }
}

#[test]
fn random_documents_are_lower_bounds() {
    for_random_bytes(|source| {
        check(|| {
            let mut document = DocumentMut::new();
            for _ in 0..length(source, 0) {
                document[&String::random(source, 1)] = Item::Value(value(source, 1));
            }
            document
        });
    });
}

#[test]
fn parsed_files_are_lower_bounds() {
    let files = [
        include_str!("../../../Cargo.toml"),
        include_str!("../../../deepsize-core/Cargo.toml"),
        "[a]\n[[b]]\nc = {d = 1.5}\n[[b]]\ne = 2026-02-28T12:00:00Z # comment\n\n",
    ];
    for text in files {
        check(|| text.parse::<DocumentMut>().unwrap());
        check(|| text.parse::<DocumentMut>().unwrap().clone());
    }
}
