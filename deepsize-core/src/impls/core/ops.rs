use core::ops::{Bound, ControlFlow, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::{DeepSize, Walker};

flat! { RangeFull }

/// Implements `DeepSize` for ranges. Their bounds are fields.
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
    )*};
}

ranges! {
    Range |range| "start" &range.start, "end" &range.end;
    RangeFrom |range| "start" &range.start;
    RangeInclusive |range| "start" range.start(), "end" range.end();
    RangeTo |range| "end" &range.end;
    RangeToInclusive |range| "end" &range.end;
}

impl<T: DeepSize> DeepSize for Bound<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (name, bound) = match self {
            Self::Included(bound) => ("Included", Some(bound)),
            Self::Excluded(bound) => ("Excluded", Some(bound)),
            Self::Unbounded => ("Unbounded", None),
        };
        walker.variant(name);
        if let Some(bound) = bound {
            walker.inner(bound);
        }
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}

impl<B: DeepSize, C: DeepSize> DeepSize for ControlFlow<B, C> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Continue(value) => {
                walker.variant("Continue");
                walker.inner(value);
            }
            Self::Break(value) => {
                walker.variant("Break");
                walker.inner(value);
            }
        }
    }

    fn is_flat() -> bool {
        B::is_flat() && C::is_flat()
    }
}
