use crate::{DeepSize, Walker};

impl<T: DeepSize, const N: usize> DeepSize for [T; N] {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.elements(self);
    }

    #[inline]
    fn is_flat() -> bool {
        N == 0 || T::is_flat()
    }
}
