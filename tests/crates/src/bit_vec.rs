use arbitrary::Unstructured;
use bit_vec::BitVec;

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::assert_exact;

impl Random for BitVec {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut bits = BitVec::with_capacity(below(source, 70));
        for _ in 0..length(source, depth) {
            bits.push(bool::random(source, depth));
        }
        match below(source, 4) {
            0 => bits.shrink_to_fit(),
            1 => bits.grow(below(source, 300), true),
            2 => bits.truncate(3),
            _ => {}
        }
        bits
    }
}

exact! {
    vectors: Vec<BitVec>;
}

#[test]
fn every_length_is_exact() {
    for len in 0..200 {
        assert_exact(|| BitVec::from_elem(len, true));
    }
}
