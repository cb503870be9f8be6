//! Errors of attempts to lock.

use std::sync::{PoisonError, TryLockError};

use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for PoisonError<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.get_ref());
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}

impl<T: DeepSize> DeepSize for TryLockError<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Poisoned(error) => {
                walker.variant("Poisoned");
                walker.inner(error);
            }
            Self::WouldBlock => walker.variant("WouldBlock"),
        }
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}
