use std::thread::{AccessError, Builder, JoinHandle, LocalKey, Scope, ScopedJoinHandle, Thread, ThreadId};

flat! {
    AccessError, ThreadId,
    /// A key, which does not own the values of threads.
    LocalKey<T> where [T: 'static],
}

opaque! {
    Hidden:
    /// Owns the name of the future thread.
    Builder,
}

opaque! {
    Handle:
    /// Keeps the thread's result and state alive. The thread's stack is not heap memory.
    JoinHandle<T> where [T],
    /// Keeps the scope's state alive.
    Scope<'_, '_>,
    /// Keeps the thread's result and state alive. The thread's stack is not heap memory.
    ScopedJoinHandle<'_, T> where [T],
    /// Keeps the thread's name and state alive.
    Thread,
}
