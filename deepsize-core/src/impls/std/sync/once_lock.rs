use std::sync::OnceLock;

use crate::{DeepSize, Walker};

/// The value, if there is one yet.
impl<T: DeepSize> DeepSize for OnceLock<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self.get() {
            walker.inner(value);
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
