//! Tasks and runtimes. The runtime owns the memory of a task, so a handle on one is opaque.

use tokio::runtime::{EnterGuard, Handle, Runtime, TryCurrentError};
use tokio::task::{AbortHandle, Id, JoinError, JoinHandle, JoinSet, LocalKey, LocalSet};

use crate::{DeepSize, Reason, Walker};

flat! { EnterGuard<'_>, Id, LocalKey<T> where [T: 'static], TryCurrentError }

opaque! {
    Handle: AbortHandle, Handle, JoinHandle<T> where [T], JoinSet<T> where [T], LocalSet, Runtime,
}

/// Nothing, or the value of a panic, which is opaque.
impl DeepSize for JoinError {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if self.is_panic() {
            walker.opaque(Reason::TypeErased);
        }
    }
}
