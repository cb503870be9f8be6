use arbitrary::Unstructured;
use bitvec::array::BitArray;
use bitvec::boxed::BitBox;
use bitvec::order::{BitOrder, Lsb0, Msb0};
use bitvec::store::BitStore;
use bitvec::vec::BitVec;

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat};

impl<T: BitStore, O: BitOrder> Random for BitVec<T, O> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut bits = Self::with_capacity(below(source, 100));
        for _ in 0..length(source, depth) {
            match below(source, 4) {
                0 => drop(bits.pop()),
                1 => bits.extend_from_raw_slice(&[T::ZERO; 3]),
                _ => bits.push(bool::random(source, depth)),
            }
        }
        match below(source, 5) {
            0 => bits.shrink_to_fit(),
            1 => bits.truncate(bits.len() / 2),
            2 => bits.reserve(70),
            3 => bits.clear(),
            _ => {}
        }
        bits
    }
}

impl<T: BitStore, O: BitOrder> Random for BitBox<T, O> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        BitVec::random(source, depth).into_boxed_bitslice()
    }
}

exact! {
    vectors: BitVec;
    vectors_of_bytes: BitVec<u8, Msb0>;
    vectors_of_atomics: BitVec<std::sync::atomic::AtomicU32, Lsb0>;
    vectors_in_vectors: Vec<BitVec<u16>>;
    boxes: BitBox;
    boxes_of_bytes: Vec<BitBox<u8, Msb0>>;
}

#[test]
fn bits_that_begin_inside_an_integer_are_exact() {
    for first in 0..20 {
        assert_exact(|| {
            let bits = BitVec::<u8, Lsb0>::repeat(true, 50);
            BitVec::from_bitslice(&bits[first..])
        });
    }
}

#[test]
fn arrays_are_flat() {
    assert_flat(BitArray::<[u32; 3], Msb0>::ZERO);
}
