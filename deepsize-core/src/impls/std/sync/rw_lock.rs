use std::sync::{RwLock, TryLockError};

use crate::{DeepSize, Reason, Walker};

/// The contents, or opaque while write-locked elsewhere. The contents of a poisoned lock are measured too.
impl<T: DeepSize + ?Sized> DeepSize for RwLock<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_read() {
            Ok(value) => walker.inner(&*value),
            Err(TryLockError::Poisoned(poisoned)) => walker.inner(&**poisoned.get_ref()),
            Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
        }
    }
}
