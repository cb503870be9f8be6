use crate::__private::{evident_heap_size, first_address};
use crate::evident::Evident;
use crate::{DeepSize, Totals, Walker};

/// Implements `DeepSize` for the tuple of the types listed.
macro_rules! tuple {
    ($($type:ident $index:tt $name:literal)+) => {
        impl<$($type: DeepSize),+> DeepSize for ($($type,)+) {
            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                $(walker.field($name, &self.$index);)+
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
                0 $(+ self.$index.sum_owned(walker))+
            }

            #[inline]
            fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
                $(let before = self.$index.__count_onto(before, walker);)+
                before
            }

            #[inline]
            fn leads_to(&self) -> usize {
                first_address([$(self.$index.leads_to()),+])
            }

            #[inline]
            fn __ask_ahead(&self, further: bool) {
                $(self.$index.__ask_ahead(further);)+
            }

            #[inline]
            fn __is_bare(&self) -> bool {
                $(self.$index.__is_bare())&&+
            }

            #[inline]
            fn __evident_sum(&self, before: Evident) -> Option<Evident> {
                $(let before = self.$index.__evident_sum(before)?;)+
                Some(before)
            }

            #[inline]
            fn heap_size(&self) -> usize {
                evident_heap_size(self)
            }

            #[inline]
            fn is_flat() -> bool {
                $($type::is_flat())&&+
            }
        }
    };
}

/// Implements `DeepSize` for the tuple of the types in brackets, then for each that is one longer.
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
