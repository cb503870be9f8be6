use std::sync::{Mutex, TryLockError};

use super::HIDES_A_BOX;
use crate::{DeepSize, Reason, Walker};

/// Opaque while locked elsewhere; what a panic has left behind in a poisoned mutex is measured like anything else.
///
/// Where the system has no futexes, as on macOS, a mutex that was ever locked also owns a hidden box of a few dozen
/// bytes. It is not counted but reported as opaque, and it may be allocated by the attempt to lock the mutex for
/// measuring.
impl<T: DeepSize + ?Sized> DeepSize for Mutex<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_lock() {
            Ok(value) => {
                // Dropped after the guard, if the contents panic.
                let _keep = KeepHealthy { mutex: self, unwinding: std::thread::panicking() };
                let value = value;
                walker.inner(&*value);
            }
            Err(TryLockError::Poisoned(poisoned)) => walker.inner(&**poisoned.get_ref()),
            Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
        }
        if HIDES_A_BOX {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// Undoes that a panic while measuring poisons the mutex: nothing was written to it.
struct KeepHealthy<'m, T: ?Sized> {
    mutex: &'m Mutex<T>,
    /// Whether a panic was under way before; then the guard poisons nothing, and there is nothing to undo.
    unwinding: bool,
}

impl<T: ?Sized> Drop for KeepHealthy<'_, T> {
    fn drop(&mut self) {
        if !self.unwinding && std::thread::panicking() {
            self.mutex.clear_poison();
        }
    }
}
