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

    contents! { T, E }
}
