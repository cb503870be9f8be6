use crate::{DeepSize, Walker};

impl<T: DeepSize, E: DeepSize> DeepSize for Result<T, E> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Ok(value) => {
                walker.variant("Ok");
                walker.inner(value);
            }
            Err(error) => {
                walker.variant("Err");
                walker.inner(error);
            }
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat() && E::is_flat()
    }
}
