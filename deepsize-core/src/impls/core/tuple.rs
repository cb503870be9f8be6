use crate::container::FieldFunctions;
use crate::derived::ClosureField;
use crate::prefetch::{NextReads, merge};
use crate::{DeepSize, Walker};

/// Implements `DeepSize` for the tuple of the types listed.
macro_rules! tuple {
    ($($type:ident $function:ident $index:tt $name:literal)+) => {
        impl<$($type: DeepSize),+> DeepSize for ($($type,)+) {
            built_in! { all_fields: [] }

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

        impl<$($type, $function: Fn(&$type, &mut Walker<'_>)),+> FieldFunctions<($($type,)+)> for ($($function,)+) {
            fn walk_fields(&self, tuple: &($($type,)+), walker: &mut Walker<'_>) {
                $(walker.field_with($name, &tuple.$index, &self.$index);)+
            }
        }

        // Messages about other types would list each length.
        #[diagnostic::do_not_recommend]
        impl<$($type: ClosureField<$function>, $function),+>
            ClosureField<($($function,)+)> for ($($type,)+)
        {
            fn walk_closures(&self, walker: &mut Walker<'_>) {
                $(walker.field_with($name, &self.$index, $type::walk_closures);)+
            }
        }
    };
}

/// Implements `DeepSize` for the tuple of the types in brackets, then for each longer tuple.
macro_rules! tuples {
    ([$($member:tt)+]) => { tuple! { $($member)+ } };
    ([$($member:tt)+] $type:ident $function:ident $index:tt $name:literal $($rest:tt)*) => {
        tuple! { $($member)+ }
        tuples! { [$($member)+ $type $function $index $name] $($rest)* }
    };
}

tuples! {
    [A FA 0 "0"] B FB 1 "1" C FC 2 "2" D FD 3 "3" E FE 4 "4"
    F FF 5 "5" G FG 6 "6" H FH 7 "7" I FI 8 "8" J FJ 9 "9"
    K FK 10 "10" L FL 11 "11" M FM 12 "12" N FN 13 "13" O FO 14 "14" P FP 15 "15"
}
