use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for Option<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self {
            walker.inner(value);
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
