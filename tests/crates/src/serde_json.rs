use arbitrary::Unstructured;
use deep_size::DeepSize;
use serde_json::{Map, Number, Value, json};

use crate::exact;
use crate::random::{Random, length};
use crate::support::{assert_exact, assert_flat};

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
