use core::ops::{Bound, ControlFlow, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::container::Container;
use crate::{DeepSize, Walker};

flat! { RangeFull }

/// Implements `DeepSize` and `Container` for ranges. Their bounds are fields.
macro_rules! ranges {
    ($($type:ident $({ all_fields: $fields:tt })? |$range:ident| $($name:literal $end:expr),+;)*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            built_in! { $(all_fields: $fields)? }

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
    Range { all_fields: [] } |range| "start" &range.start, "end" &range.end;
    RangeFrom { all_fields: [] } |range| "start" &range.start;
    // Has a further field, which is private.
    RangeInclusive |range| "start" range.start(), "end" range.end();
    RangeTo { all_fields: [] } |range| "end" &range.end;
    RangeToInclusive { all_fields: [] } |range| "end" &range.end;
}

holder! {
    Bound<T> where [T], all_fields: ["Included", "Excluded", "Unbounded"], is_flat: T::is_flat() => |bound, walker, visit| {
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
