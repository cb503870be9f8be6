use arbitrary::Unstructured;
use deep_size::Reason;
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Number, Value};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, assert_flat, assert_lower_bound};

impl Random for Mapping {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::new();
        for _ in 0..length(source, depth) {
            map.insert(Value::String(String::random(source, depth + 1)), Value::random(source, depth + 1));
        }
        // The vector of a map that was full once may be larger than its table.
        while matches!(map.len(), 3 | 7 | 14 | 28) {
            map.insert(Value::from(map.len()), Value::Null);
        }
        map
    }
}

impl Random for Value {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match below(source, 6) {
            0 => Self::Number(Number::from(u64::random(source, depth))),
            1 => Self::Bool(bool::random(source, depth)),
            2 => Self::String(String::random(source, depth)),
            3 if depth < 4 => Self::Sequence(Vec::random(source, depth)),
            4 if depth < 4 => Self::Mapping(Mapping::random(source, depth)),
            _ => Self::Null,
        }
    }
}

exact! {
    values: Value;
    mappings: Mapping;
}

#[test]
fn a_tag_is_a_lower_bound() {
    for tag in ["!Thing", "Thing"] {
        let tagged =
            || Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value: Value::from("text") }));
        let size = size_of::<TaggedValue>() + "Thing".len() + "text".len();
        assert_eq!(assert_lower_bound(Reason::Capacity, tagged), size);
    }
    assert_flat(Number::from(1.5));
}

#[test]
fn parsed_files_are_exact_or_lower_bounds() {
    let text = "a: [1, 2]\nb: {c: [d, 1.5, true]}\n";
    assert_exact(|| serde_yaml::from_str::<Value>(text).unwrap());
    let text = "a: [1, 2]\nb: {c: d}\ne: !f g\n";
    let value: Value = serde_yaml::from_str(text).unwrap();
    let bound = (Reason::Capacity, None);
    assert_eq!(
        Sum::of(&value).lower_bounds,
        [bound; 2],
        "the map of three entries is full, and a tag hides its capacity"
    );
}
