use alloc::borrow::{Cow, ToOwned};

use crate::container::Container;
use crate::observer::Role;
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

impl<B: ToOwned + ?Sized> Container for Cow<'_, B> {
    type Element = B::Owned;

    fn walk_each<F: Fn(&B::Owned, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        if let Cow::Owned(value) = self {
            walker.variant("Owned");
            walker.descend_with(Role::Inner, value, walk);
        } else {
            walker.variant("Borrowed");
        }
    }
}
