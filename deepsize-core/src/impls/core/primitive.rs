use crate::{DeepSize, Walker};

flat! {
    bool, char, (), u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64,
}

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
