//! `tokio` 1: locks, cells, times and permits are exact. Channels, tasks and timers are opaque, because they are handles.
//!
//! A lock that is held elsewhere is opaque. Measuring never waits for it. Waiting tasks store their queue entries in their
//! futures, so the lock does not own them.

use tokio::sync::{
    AcquireError, Barrier, BarrierWaitResult, MappedMutexGuard, Mutex, MutexGuard, Notify, OnceCell,
    OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit, SetError, SetOnce,
    SetOnceError, TryAcquireError, TryLockError, broadcast, mpsc, oneshot, watch,
};

use crate::{DeepSize, Reason, Walker};

#[cfg(feature = "tokio-net")]
mod net;
mod task;
mod time;

// The locks inside these types are from `std`, so they may own a hidden box of a few dozen bytes.
use crate::impls::std::sync::{HIDES_A_BOX, walk_hidden_boxes};

/// Implements `DeepSize` and `Container` for a lock. The method tries to lock it for reading.
macro_rules! locks {
    ($($type:ident $try:ident)*) => {$(
        holder! {
            $type<T> where [T: ?Sized] => |lock, walker, visit| {
                match lock.$try() {
                    Ok(value) => visit(&*value, walker),
                    Err(_) => walker.opaque(Reason::Locked),
                }
                walk_hidden_boxes(walker, 1);
            }
        }
    )*};
}

locks! { Mutex try_lock RwLock try_read }

/// Implements `DeepSize` and `Container` for cells that are set once: the value, if it is initialised.
macro_rules! cells {
    ($($type:ident)*) => {$(
        holder! {
            $type<T> where [T], is_flat: T::is_flat() && !HIDES_A_BOX => |cell, walker, visit| {
                if let Some(value) = cell.get() {
                    visit(value, walker);
                }
                walk_hidden_boxes(walker, 1);
            }
        }
    )*};
}

cells! { OnceCell SetOnce }

/// Implements `DeepSize` for types without contents, which own at most a box for their lock.
macro_rules! waiting {
    ($($type:ident)*) => {$(
        impl DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_hidden_boxes(walker, 1);
            }

            fn is_flat() -> bool {
                !HIDES_A_BOX
            }
        }
    )*};
}

waiting! { Notify Semaphore }

opaque! {
    Handle:
    /// Built on a channel.
    Barrier,
    broadcast::Receiver<T> where [T],
    broadcast::Sender<T> where [T],
    broadcast::WeakSender<T> where [T],
    mpsc::OwnedPermit<T> where [T],
    mpsc::Receiver<T> where [T],
    mpsc::Sender<T> where [T],
    mpsc::UnboundedReceiver<T> where [T],
    mpsc::UnboundedSender<T> where [T],
    mpsc::WeakSender<T> where [T],
    mpsc::WeakUnboundedSender<T> where [T],
    oneshot::Receiver<T> where [T],
    oneshot::Sender<T> where [T],
    watch::Receiver<T> where [T],
    watch::Sender<T> where [T],
}

flat! {
    AcquireError, BarrierWaitResult, TryAcquireError, TryLockError,
    broadcast::error::RecvError, broadcast::error::TryRecvError,
    mpsc::error::TryRecvError,
    oneshot::error::RecvError, oneshot::error::TryRecvError,
    watch::error::RecvError,
}

// They borrow a lock, a semaphore or a channel.
flat! {
    MappedMutexGuard<'_, T> where [T: ?Sized],
    MutexGuard<'_, T> where [T: ?Sized],
    RwLockMappedWriteGuard<'_, T> where [T: ?Sized],
    RwLockReadGuard<'_, T> where [T: ?Sized],
    RwLockWriteGuard<'_, T> where [T: ?Sized],
    SemaphorePermit<'_>,
    mpsc::Permit<'_, T> where [T],
    watch::Ref<'_, T> where [T],
}

// They own an `Arc`. The contents of a lock are opaque while a guard holds it exclusively.
delegates! {
    |permit: OwnedSemaphorePermit| permit.semaphore();
    |guard: OwnedMutexGuard<T> where [T: DeepSize + ?Sized]| OwnedMutexGuard::mutex(guard);
    |guard: OwnedRwLockReadGuard<T> where [T: DeepSize + ?Sized]| OwnedRwLockReadGuard::rwlock(guard);
    |guard: OwnedRwLockWriteGuard<T> where [T: DeepSize + ?Sized]| OwnedRwLockWriteGuard::rwlock(guard);
}

/// Implements `DeepSize` for errors that return a value to the caller. The pattern binds the value.
macro_rules! errors {
    ($($type:ty: $pattern:pat => $value:ident;)*) => {$(
        impl<T: DeepSize> DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                match self {
                    $pattern => walker.inner($value),
                }
            }

            fn is_flat() -> bool {
                T::is_flat()
            }
        }
    )*};
}

errors! {
    broadcast::error::SendError<T>: Self(value) => value;
    mpsc::error::SendError<T>: Self(value) => value;
    mpsc::error::TrySendError<T>: Self::Full(value) | Self::Closed(value) => value;
    watch::error::SendError<T>: Self(value) => value;
    SetError<T>: Self::AlreadyInitializedError(value) | Self::InitializingError(value) => value;
    SetOnceError<T>: Self(value) => value;
}
