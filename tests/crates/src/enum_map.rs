use arbitrary::Unstructured;
use enum_map::{EnumMap, enum_map};

use crate::exact;
use crate::random::Random;
use crate::support::{assert_exact, assert_flat};

impl<V: Random> Random for EnumMap<bool, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        EnumMap::from_fn(|_| V::random(source, depth + 1))
    }
}

exact! {
    maps_of_strings: EnumMap<bool, String>;
    maps_of_maps: EnumMap<bool, EnumMap<bool, Option<Vec<u16>>>>;
    maps_in_vectors: Vec<EnumMap<bool, Box<u8>>>;
}

#[derive(enum_map::Enum)]
enum Colour {
    Red,
    Green,
    Blue,
}

#[test]
fn maps_by_any_enum_are_exact() {
    assert_exact(|| {
        enum_map! { Colour::Red => "red".to_owned(), Colour::Green => String::with_capacity(9), Colour::Blue => String::new() }
    });
}

#[test]
fn a_map_of_numbers_is_flat() {
    assert_flat(EnumMap::<bool, u64>::default());
}
