use arbitrary::Unstructured;
use toml::map::Map;
use toml::{Spanned, Table, Value};

use crate::exact;
use crate::random::{Random, length};
use crate::support::{assert_exact, assert_flat};

impl Random for Table {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut table = Map::new();
        for _ in 0..length(source, depth) {
            table.insert(String::random(source, depth + 1), Value::random(source, depth + 1));
        }
        table
    }
}

impl Random for Value {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match u8::random(source, depth) % 6 {
            0 => Value::Float(f64::random(source, depth)),
            1 => Value::Boolean(bool::random(source, depth)),
            2 => Value::String(String::random(source, depth)),
            3 if depth < 4 => Value::Array(Vec::random(source, depth)),
            4 if depth < 4 => Value::Table(Table::random(source, depth)),
            _ => Value::Integer(7),
        }
    }
}

exact! {
    values: Value;
    tables: Table;
}

#[test]
fn parsed_files_are_exact() {
    let files = [
        include_str!("../../../Cargo.toml"),
        include_str!("../../../Cargo.lock"),
        include_str!("../../../deepsize-core/Cargo.toml"),
        "when = 2026-02-28T12:00:00+01:00\nlist = [[1, 2], [], ['x']]",
    ];
    for text in files {
        assert_exact(|| text.parse::<Table>().unwrap());
    }
}

#[test]
fn dates_are_flat_and_spans_own_their_value() {
    assert_flat("2026-02-28T12:00:00Z".parse::<toml::value::Datetime>().ok());
    assert_exact(|| Spanned::new(3..7, String::from("text")));
    assert_flat(Spanned::new(3..7, 1_u8));
}
