use std::io::Cursor;

use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for Cursor<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.get_ref());
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
