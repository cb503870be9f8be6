use alloc::borrow::{Cow, ToOwned};

use crate::{DeepSize, Walker};

/// The owned value; nothing if it is borrowed.
impl<B> DeepSize for Cow<'_, B>
where
    B: ToOwned<Owned: DeepSize> + ?Sized,
{
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Cow::Owned(value) = self {
            walker.variant("Owned");
            walker.inner(value);
        } else {
            walker.variant("Borrowed");
        }
    }

    #[inline]
    fn is_flat() -> bool {
        B::Owned::is_flat()
    }
}
