use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for [T] {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.elements(self);
    }
}
