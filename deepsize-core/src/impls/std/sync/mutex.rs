use std::sync::{Mutex, TryLockError};

use super::walk_hidden_boxes;
use crate::Reason;

holder! {
    /// The contents, or opaque while locked elsewhere. The contents of a poisoned mutex are measured too.
    ///
    /// On systems without futexes, such as macOS, a mutex that was ever locked also owns a hidden box of a few dozen bytes. The
    /// size is then a lower bound. Measuring may allocate the box, because it tries to lock the mutex.
    Mutex<T> where [T: ?Sized] => |mutex, walker, visit| {
        match mutex.try_lock() {
            Ok(value) => {
                // If measuring the contents panics, this is dropped after the guard.
                let _keep = KeepHealthy { mutex, unwinding: std::thread::panicking() };
                let value = value;
                visit(&value, walker);
            }
            Err(TryLockError::Poisoned(poisoned)) => visit(poisoned.get_ref(), walker),
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
