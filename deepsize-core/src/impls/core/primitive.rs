use crate::{DeepSize, Walker};

flat! {
    bool, char, (), i8, f32, f64,
}

macro_rules! integer {
    ($($type:ident)*) => {$(
        impl DeepSize for $type {
            built_in! { integer }

            #[inline(always)]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.emit_integer(|| i128::try_from(*self).unwrap_or(i128::MAX));
            }

            #[inline(always)]
            fn __sum(&self, before: usize, _: &mut Walker<'_>) -> usize {
                before
            }

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }
        }
    )*};
}

integer! { u16 u32 u64 u128 usize i16 i32 i64 i128 isize }

impl DeepSize for u8 {
    built_in! { plain }

    #[inline(always)]
    fn walk_owned(&self, _: &mut Walker<'_>) {}

    #[inline(always)]
    fn is_flat() -> bool {
        true
    }

    #[inline]
    fn __sum_slice(bytes: &[Self], before: usize, walker: &mut Walker<'_>) -> usize {
        walker.emit_content(bytes);
        before
    }
}
