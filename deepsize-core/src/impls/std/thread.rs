use std::thread::{AccessError, Builder, JoinHandle, LocalKey, Scope, ScopedJoinHandle, Thread, ThreadId};

flat! {
    AccessError, ThreadId,
    /// Finds the thread's own value; does not own it.
    LocalKey<T> where [T: 'static],
}

opaque! {
    Hidden:
    /// Holds the name of the thread to be.
    Builder,
}

opaque! {
    Handle:
    /// Keeps the thread's result and its bookkeeping alive. The thread's stack is not heap.
    JoinHandle<T> where [T],
    /// Keeps the scope's bookkeeping alive.
    Scope<'_, '_>,
    /// Keeps the thread's result and its bookkeeping alive. The thread's stack is not heap.
    ScopedJoinHandle<'_, T> where [T],
    /// Keeps the thread's name and its bookkeeping alive.
    Thread,
}
