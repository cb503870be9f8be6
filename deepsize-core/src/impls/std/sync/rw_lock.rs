use std::sync::{RwLock, TryLockError};

use crate::{DeepSize, Reason, Walker};

/// Opaque while locked for writing elsewhere; what a panic has left behind in a poisoned lock is measured like anything
/// else.
impl<T: DeepSize + ?Sized> DeepSize for RwLock<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_read() {
            Ok(value) => walker.inner(&*value),
            Err(TryLockError::Poisoned(poisoned)) => walker.inner(&**poisoned.get_ref()),
            Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
        }
    }
}
