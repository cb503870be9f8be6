use crate::evident::Evident;
use crate::{DeepSize, Role, Walker};

flat! {
    bool, char, (), u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64,
}

impl DeepSize for u8 {
    #[inline(always)]
    fn walk_owned(&self, _: &mut Walker<'_>) {}

    #[inline]
    fn __walk_node(&self, role: Role, walker: &mut Walker<'_>) {
        walker.flat_leaf(role, self);
    }

    #[inline(always)]
    fn is_flat() -> bool {
        true
    }

    #[inline(always)]
    fn __is_bare(&self) -> bool {
        true
    }

    #[inline(always)]
    fn __evident_sum(&self, before: Evident) -> Option<Evident> {
        Some(before)
    }

    #[inline]
    fn __slice_bytes(bytes: &[Self]) -> Option<&[u8]> {
        Some(bytes)
    }
}
