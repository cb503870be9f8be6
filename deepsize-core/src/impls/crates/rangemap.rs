//! `rangemap` 1: exact, like `BTreeMap`. A map is a B-tree of ranges, ordered by their starts.
//!
//! Source: `RangeStartWrapper` in `src/range_wrapper.rs` of 1.8. It contains only the range.

use core::ops::{Range, RangeInclusive};

use rangemap::{RangeInclusiveMap, RangeInclusiveSet, RangeMap, RangeSet, StepFns};

use crate::impls::alloc::collections::btree;
use crate::{DeepSize, Walker};

/// Implements `DeepSize` for maps and sets of one kind of range. The parameter, if any, computes neighbours.
macro_rules! ranges {
    ($($map:ident $set:ident $range:ident $([$steps:ident])?;)*) => {$(
        /// The nodes, like `BTreeMap`.
        impl<K: DeepSize, V: DeepSize $(, $steps)?> DeepSize for $map<K, V $(, $steps)?> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                btree::walk_nodes::<$range<K>, V>(walker, self.iter().count(), self.iter());
                walker.entries(self.iter());
            }
        }

        /// The nodes, like `BTreeSet`.
        impl<T: DeepSize + Ord + Clone $(, $steps: StepFns<T>)?> DeepSize for $set<T $(, $steps)?> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                btree::walk_nodes::<$range<T>, ()>(walker, self.len(), self.iter().map(|range| (range, &())));
                walker.elements(self.iter());
            }
        }
    )*};
}

ranges! {
    RangeMap RangeSet Range;
    RangeInclusiveMap RangeInclusiveSet RangeInclusive [S];
}
