use crate::prefetch::{NextReads, merge};
use crate::{DeepSize, Walker};

/// Implements `DeepSize` for the tuple of the types listed.
macro_rules! tuple {
    ($($type:ident $index:tt $name:literal)+) => {
        impl<$($type: DeepSize),+> DeepSize for ($($type,)+) {
            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                $(walker.field($name, &self.$index);)+
            }

            #[inline]
            fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
                $(let before = self.$index.__sum(before, walker);)+
                before
            }

            #[inline]
            fn __next_reads(&self) -> NextReads {
                let reads = [0; 2];
                $(let reads = merge(reads, self.$index.__next_reads());)+
                reads
            }

            #[inline]
            fn is_flat() -> bool {
                $($type::is_flat())&&+
            }
        }
    };
}

/// Implements `DeepSize` for the tuple of the types in brackets, then for each longer tuple.
macro_rules! tuples {
    ([$($member:tt)+]) => { tuple! { $($member)+ } };
    ([$($member:tt)+] $type:ident $index:tt $name:literal $($rest:tt)*) => {
        tuple! { $($member)+ }
        tuples! { [$($member)+ $type $index $name] $($rest)* }
    };
}

tuples! {
    [A 0 "0"] B 1 "1" C 2 "2" D 3 "3" E 4 "4" F 5 "5" G 6 "6" H 7 "7"
    I 8 "8" J 9 "9" K 10 "10" L 11 "11" M 12 "12" N 13 "13" O 14 "14" P 15 "15"
}
