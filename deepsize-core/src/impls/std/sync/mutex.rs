use std::sync::{Mutex, TryLockError};

use super::walk_hidden_boxes;
use crate::{DeepSize, Reason, Walker};

/// The contents, or opaque while locked elsewhere. The contents of a poisoned mutex are measured too.
///
/// On systems without futexes, such as macOS, a mutex that was ever locked also owns a hidden box of a few dozen bytes. The
/// size is then a lower bound. Measuring may allocate the box, because it tries to lock the mutex.
impl<T: DeepSize + ?Sized> DeepSize for Mutex<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_lock() {
            Ok(value) => {
                // If measuring the contents panics, this is dropped after the guard.
                let _keep = KeepHealthy { mutex: self, unwinding: std::thread::panicking() };
                let value = value;
                walker.inner(&*value);
            }
            Err(TryLockError::Poisoned(poisoned)) => walker.inner(&**poisoned.get_ref()),
            Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
        }
        walk_hidden_boxes(walker, 1);
    }
}

/// Clears the poison if measuring panics, because nothing was written to the contents.
struct KeepHealthy<'m, T: ?Sized> {
    mutex: &'m Mutex<T>,
    /// Whether the thread was panicking before. Then the guard does not poison the mutex.
    unwinding: bool,
}

impl<T: ?Sized> Drop for KeepHealthy<'_, T> {
    fn drop(&mut self) {
        if !self.unwinding && std::thread::panicking() {
            self.mutex.clear_poison();
        }
    }
}
