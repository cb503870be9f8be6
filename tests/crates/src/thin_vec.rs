use arbitrary::Unstructured;
use thin_vec::ThinVec;

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::assert_exact;

impl<T: Random> Random for ThinVec<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            match below(source, 4) {
                0 => drop(items.pop()),
                _ => items.push(T::random(source, depth + 1)),
            }
        }
        match below(source, 5) {
            0 => items.shrink_to_fit(),
            1 => items.truncate(items.len() / 2),
            2 => items.reserve(5),
            3 => items.clear(),
            _ => {}
        }
        items
    }
}

exact! {
    vectors_of_bytes: ThinVec<u8>;
    vectors_of_numbers: ThinVec<u64>;
    vectors_of_odd_sizes: ThinVec<[u8; 3]>;
    vectors_of_wide_alignment: ThinVec<u128>;
    vectors_of_units: ThinVec<()>;
    vectors_of_strings: ThinVec<String>;
    vectors_of_vectors: ThinVec<ThinVec<Box<u16>>>;
    vectors_in_vectors: Vec<ThinVec<String>>;
}

#[repr(align(64))]
#[derive(Clone, deep_size::DeepSize)]
struct Line(u8);

#[test]
fn headers_are_padded_to_the_alignment() {
    for count in 0..5 {
        assert_exact(|| (0..count).map(Line).collect::<ThinVec<_>>());
    }
}

#[test]
fn an_empty_vector_owns_nothing() {
    assert_exact(ThinVec::<String>::new);
    assert_exact(|| ThinVec::from_iter([(); 100]));
}
