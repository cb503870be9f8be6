use arbitrary::Unstructured;
use rangemap::{RangeInclusiveMap, RangeInclusiveSet, RangeMap, RangeSet};

use crate::exact;
use crate::random::{Random, below, length};

/// The start and the length of a range.
fn range(source: &mut Unstructured<'_>) -> (u16, u16) {
    (u16::random(source, 0) / 2, 1 + below(source, 9) as u16)
}

macro_rules! ranges {
    ($($map:ident $set:ident |$start:ident, $len:ident| $range:expr;)*) => {$(
        impl<V: Random + Eq + Clone> Random for $map<u16, V> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut map = Self::new();
                // An emptied map may keep an invisible node. So this range is never removed.
                let ($start, $len) = (60_000, 1);
                map.insert($range, V::random(source, depth + 1));
                for _ in 0..length(source, depth) {
                    let ($start, $len) = range(source);
                    if below(source, 4) == 0 {
                        map.remove($range);
                    } else {
                        map.insert($range, V::random(source, depth + 1));
                    }
                }
                map
            }
        }

        impl Random for $set<u16> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut set = Self::new();
                for _ in 0..length(source, depth) {
                    let ($start, $len) = range(source);
                    set.insert($range);
                }
                set
            }
        }
    )*};
}

ranges! {
    RangeMap RangeSet |start, len| start..start + len;
    RangeInclusiveMap RangeInclusiveSet |start, len| start..=start + len;
}

exact! {
    maps_of_strings: RangeMap<u16, String>;
    maps_of_numbers: RangeMap<u16, u8>;
    inclusive_maps: RangeInclusiveMap<u16, String>;
    sets: RangeSet<u16>;
    inclusive_sets: RangeInclusiveSet<u16>;
}
