use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use crate::{DeepSize, Reason, Walker};

flat! {
    /// Borrows what an `RwLock` owns.
    RwLockReadGuard<'_, T> where [T: ?Sized],
    /// Borrows what an `RwLock` owns.
    RwLockWriteGuard<'_, T> where [T: ?Sized],
}

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
