use std::sync::{RwLock, TryLockError};

use crate::Reason;

holder! {
    /// The contents, or opaque while write-locked elsewhere. The contents of a poisoned lock are measured too.
    RwLock<T> where [T: ?Sized] => |lock, walker, visit| match lock.try_read() {
        Ok(value) => visit(&value, walker),
        Err(TryLockError::Poisoned(poisoned)) => visit(poisoned.get_ref(), walker),
        Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
    }
}
