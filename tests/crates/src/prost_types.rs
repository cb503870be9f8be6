use std::collections::BTreeMap;

use arbitrary::Unstructured;
use prost_types::value::Kind;
use prost_types::{
    Any, DescriptorProto, FieldDescriptorProto, FieldMask, FileDescriptorProto, ListValue, Struct, Timestamp,
    Value,
};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl Random for Struct {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut fields = BTreeMap::random(source, depth + 1);
        if depth > 2 {
            fields = BTreeMap::new();
        }
        Self { fields }
    }
}

impl Random for Value {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let kind = match u8::random(source, depth) % 6 {
            0 => Kind::NumberValue(f64::random(source, depth)),
            1 => Kind::BoolValue(bool::random(source, depth)),
            2 => Kind::StringValue(String::random(source, depth)),
            3 if depth < 4 => Kind::StructValue(Struct::random(source, depth)),
            4 if depth < 4 => Kind::ListValue(ListValue { values: Vec::random(source, depth + 1) }),
            _ => return Self { kind: None },
        };
        Self { kind: Some(kind) }
    }
}

impl Random for Any {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { type_url: String::random(source, depth), value: Vec::random(source, depth) }
    }
}

impl Random for FieldDescriptorProto {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self {
            name: Option::random(source, depth),
            json_name: Option::random(source, depth),
            ..Self::default()
        }
    }
}

impl Random for DescriptorProto {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let nested_type = if depth < 3 { Vec::random(source, depth) } else { Vec::new() };
        Self { nested_type, field: Vec::random(source, depth), ..Self::default() }
    }
}

impl Random for FileDescriptorProto {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let (dependency, public_dependency) = (Vec::random(source, depth), vec![1; 3]);
        let message_type = Vec::random(source, depth + 1);
        Self { dependency, public_dependency, message_type, ..Self::default() }
    }
}

impl Random for FieldMask {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { paths: Vec::random(source, depth) }
    }
}

exact! {
    values: Value;
    structs: Struct;
    messages_of_any_type: Vec<Any>;
    descriptors: FileDescriptorProto;
    masks: FieldMask;
}

#[test]
fn times_own_nothing() {
    assert_flat((Timestamp::default(), prost_types::Duration::default(), prost_types::NullValue::NullValue));
}
