use arbitrary::Unstructured;
use bit_set::BitSet;

use crate::exact;
use crate::random::{Random, below, length};

impl Random for BitSet {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut set = BitSet::with_capacity(below(source, 70));
        for _ in 0..length(source, depth) {
            set.insert(u8::random(source, depth).into());
        }
        set
    }
}

exact! {
    sets: Vec<BitSet>;
}
