use core::ops::{Bound, ControlFlow, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::container::Container;
use crate::{DeepSize, Walker};

flat! { RangeFull }

/// Implements `DeepSize` and `Container` for ranges. Their bounds are fields.
macro_rules! ranges {
    ($($type:ident |$range:ident| $($name:literal $end:expr),+;)*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let $range = self;
                $(walker.field($name, $end);)+
            }

            fn is_flat() -> bool {
                T::is_flat()
            }
        }

        impl<T> Container for $type<T> {
            type Element = T;

            fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
                let $range = self;
                $(walker.field_with($name, $end, &walk);)+
            }
        }
    )*};
}

ranges! {
    Range |range| "start" &range.start, "end" &range.end;
    RangeFrom |range| "start" &range.start;
    RangeInclusive |range| "start" range.start(), "end" range.end();
    RangeTo |range| "end" &range.end;
    RangeToInclusive |range| "end" &range.end;
}

holder! {
    Bound<T> where [T], is_flat: T::is_flat() => |bound, walker, visit| {
        let (name, value) = match bound {
            Bound::Included(value) => ("Included", Some(value)),
            Bound::Excluded(value) => ("Excluded", Some(value)),
            Bound::Unbounded => ("Unbounded", None),
        };
        walker.variant(name);
        if let Some(value) = value {
            visit(value, walker);
        }
    }
}

either! { ControlFlow { Break, Continue } }
