use arbitrary::Unstructured;
use slab::Slab;

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::assert_exact;

impl<T: Random> Random for Slab<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut slab = Self::with_capacity(below(source, 8));
        let mut keys = Vec::new();
        for _ in 0..length(source, depth) {
            if below(source, 3) == 0 && !keys.is_empty() {
                slab.remove(keys.swap_remove(below(source, keys.len())));
            } else {
                keys.push(slab.insert(T::random(source, depth + 1)));
            }
        }
        match below(source, 5) {
            0 => slab.shrink_to_fit(),
            1 => slab.retain(|key, _| key % 3 > 0),
            2 => slab.reserve(9),
            3 => slab.clear(),
            _ => {}
        }
        slab
    }
}

exact! {
    slabs_of_numbers: Slab<u64>;
    slabs_of_bytes: Slab<u8>;
    slabs_of_units: Slab<()>;
    slabs_of_wide_alignment: Slab<u128>;
    slabs_of_strings: Slab<String>;
    slabs_of_options: Slab<Option<Box<u8>>>;
    slabs_of_slabs: Slab<Slab<Vec<u8>>>;
}

#[test]
fn an_empty_slab_owns_nothing() {
    assert_exact(Slab::<String>::new);
}
