use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};

use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::{exact, for_random_bytes};

impl Random for Number {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match u8::random(source, depth) % 3 {
            0 => u64::random(source, depth).into(),
            1 => (-i64::from(u32::random(source, depth))).into(),
            _ => Number::from_f64(f64::random(source, depth)).unwrap_or(0.into()),
        }
    }
}

impl Random for Map<String, Value> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Map::new();
        for _ in 0..length(source, depth) {
            map.insert(String::random(source, depth + 1), Value::random(source, depth + 1));
        }
        if bool::random(source, depth) {
            let few = map.len() / 2;
            let first: Vec<String> = map.keys().take(few).cloned().collect();
            first.iter().for_each(|key| drop(map.remove(key)));
        }
        // An emptied tree may keep a hidden leaf.
        if map.is_empty() { Map::new() } else { map }
    }
}

impl Random for Value {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match u8::random(source, depth) % 7 {
            0 => Value::Null,
            1 => Value::Bool(bool::random(source, depth)),
            2 => Value::Number(Number::random(source, depth)),
            3 => Value::String(String::random(source, depth)),
            4 if depth < 4 => Value::Array(Vec::random(source, depth)),
            _ if depth < 4 => Value::Object(Map::random(source, depth)),
            _ => Value::Null,
        }
    }
}

exact! {
    values: Value;
    maps: Map<String, Value>;
    numbers: Vec<Number>;
    options_of_values: Vec<(u8, Option<Value>)>;
}

/// The sources of this repository with their names.
fn large_text() -> String {
    let file = |name: &str, text: &str| {
        let lines: Vec<Value> = text.lines().map(|line| json!({"len": line.len(), "text": line})).collect();
        json!({"name": name, "lines": lines, "is_large": text.len() > 10_000, "owner": null})
    };
    json!([
        file("README.md", include_str!("../../../README.md")),
        file("Cargo.lock", include_str!("../../../Cargo.lock"))
    ])
    .to_string()
}

#[test]
fn a_parsed_text_is_exact() {
    let text = large_text();
    assert!(text.len() > 50_000, "the text is large");
    assert_exact(|| serde_json::from_str::<Value>(&text).unwrap());
}

#[test]
fn numbers_own_nothing() {
    assert_flat(Number::from(7));
    assert_flat([Number::from(-7), Number::from_f64(0.5).unwrap()]);
}

#[test]
fn a_deeply_nested_value_is_measured() {
    assert_exact(|| {
        let mut value = Value::Null;
        for _ in 0..5_000 {
            value = Value::Object(Map::from_iter([("inner".to_owned(), Value::Array(vec![value]))]));
        }
        Nested(value)
    });
}

/// Dismantled when dropped, because the drop glue of `Value` would overflow the stack.
struct Nested(Value);

impl DeepSize for Nested {
    fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
        walker.field("0", &self.0);
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        let mut value = self.0.take();
        loop {
            value = match value {
                Value::Array(mut values) => values.pop().unwrap_or_default(),
                Value::Object(mut map) => map.remove("inner").unwrap_or_default(),
                _ => break,
            };
        }
    }
}

#[test]
fn raw_values_are_exact() {
    for text in ["1", "[1, 2]", "\"a longer text\""] {
        assert_exact(|| RawValue::from_string(text.to_owned()).expect("it is valid"));
        assert_exact(|| vec![serde_json::from_str::<Box<RawValue>>(text).expect("it is valid")]);
    }
}

#[test]
fn errors_of_random_texts_are_exact() {
    for_random_bytes(|source| {
        let text: String = (0..length(source, 1))
            .map(|_| ["[", "{", "\"", "1", ",", "tru", "}"][below(source, 7)])
            .collect();
        if serde_json::from_str::<Value>(&text).is_err() {
            assert_exact(|| serde_json::from_str::<Value>(&text).expect_err("it is invalid"));
        }
        if serde_json::from_str::<(u8, char)>(&text).is_err() {
            assert_exact(|| serde_json::from_str::<(u8, char)>(&text).expect_err("it is of another type"));
        }
    });
}

#[test]
fn errors_with_a_message_are_exact() {
    assert_exact(|| {
        serde_json::from_str::<(u8, char)>("[1, \"no letter\"]").expect_err("it is of another type")
    });
    assert_exact(|| serde_json::from_value::<u8>(Value::from("text")).expect_err("it is of another type"));
    let io = || serde_json::from_reader::<_, Value>(Failing).expect_err("it fails");
    assert!(assert_opaque(Reason::Hidden, io) > 0);
    assert_flat(io().classify());
}

/// A reader that fails.
struct Failing;

impl std::io::Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("it fails"))
    }
}
