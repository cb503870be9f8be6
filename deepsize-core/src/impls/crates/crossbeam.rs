//! `crossbeam` 0.8: exact, a lower bound or opaque, by type.
//!
//! | type | result |
//! | --- | --- |
//! | `CachePadded`, `ShardedLock` | exact; a lock that is held for writing is opaque |
//! | `AtomicCell` | exact for flat values, otherwise opaque |
//! | `ArrayQueue` | its buffer exactly; the memory that its values own is opaque |
//! | `SegQueue` | a lower bound: one block may be missing; the memory that its values own is opaque |
//! | channels, deques, `Parker`, `WaitGroup` | opaque |
//!
//! The first access to a `ShardedLock` in a thread registers the thread, even if the access is for measuring. The table of
//! threads belongs to the process and to no value.
//!
//! Source: `array_queue.rs` and `seg_queue.rs` of `crossbeam-queue` 0.3.14, `sharded_lock.rs` of `crossbeam-utils` 0.8.23.

use core::alloc::Layout;
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ptr::null;
#[cfg(target_has_atomic = "64")]
use core::sync::atomic::AtomicU64 as Index;
#[cfg(not(target_has_atomic = "64"))]
use core::sync::atomic::AtomicUsize as Index;
use core::sync::atomic::{AtomicPtr, AtomicUsize};
use std::sync::{RwLock, RwLockWriteGuard, TryLockError};

use crossbeam::atomic::AtomicCell;
use crossbeam::channel::{
    IntoIter, Iter, Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender, TryIter,
    TryRecvError, TrySendError,
};
use crossbeam::deque::{Injector, Steal, Stealer, Worker};
use crossbeam::queue::{ArrayQueue, SegQueue};
use crossbeam::sync::{Parker, ShardedLock, Unparker, WaitGroup};
use crossbeam::utils::{Backoff, CachePadded};

use crate::{DeepSize, Reason, Walker};

impl<T: DeepSize> DeepSize for CachePadded<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(&**self);
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}

unseen! {
    Cell:
    AtomicCell<T> where [T: DeepSize] => T;
}

impl<T: DeepSize> DeepSize for ArrayQueue<T> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        struct Slot<T> {
            _stamp: Index,
            _value: UnsafeCell<MaybeUninit<T>>,
        }

        if let Ok(layout) = Layout::array::<Slot<T>>(self.capacity()) {
            walker.allocation(null::<T>(), layout, self.len().min(self.capacity()) * size_of::<Slot<T>>());
        }
        if !T::is_flat() {
            walker.opaque(Reason::Hidden);
        }
    }
}

impl<T: DeepSize> DeepSize for SegQueue<T> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        const CAPACITY: usize = 31;
        struct Slot<T> {
            _value: UnsafeCell<MaybeUninit<T>>,
            _state: AtomicUsize,
        }
        struct Block<T> {
            _next: AtomicPtr<Block<T>>,
            _slots: [Slot<T>; CAPACITY],
        }

        let len = self.len();
        for block in 0..len.div_ceil(CAPACITY) {
            let used = (len - block * CAPACITY).min(CAPACITY) * size_of::<T>();
            walker.allocation(null::<T>(), Layout::new::<Block<T>>(), used);
        }
        // The first value can be in the last slot of its block, and the last block can be empty.
        walker.lower_bound(Reason::Capacity, Some(size_of::<Block<T>>()));
        if !T::is_flat() {
            walker.opaque(Reason::Hidden);
        }
    }
}

impl<T: DeepSize + ?Sized> DeepSize for ShardedLock<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        struct Shard {
            _lock: RwLock<()>,
            _guard: UnsafeCell<MaybeUninit<RwLockWriteGuard<'static, ()>>>,
        }

        let shards = Layout::new::<[CachePadded<Shard>; 8]>();
        walker.allocation(null::<()>(), shards, shards.size());
        match self.try_read() {
            Ok(value) => walker.inner(&*value),
            Err(TryLockError::Poisoned(poisoned)) => walker.inner(&**poisoned.get_ref()),
            Err(TryLockError::WouldBlock) => walker.opaque(Reason::Locked),
        }
    }
}

flat! {
    Backoff, RecvError, RecvTimeoutError, TryRecvError,
    /// Borrows its receiver.
    Iter<'_, T> where [T],
    /// Borrows its receiver.
    TryIter<'_, T> where [T],
}

opaque! {
    Handle:
    Injector<T> where [T],
    IntoIter<T> where [T],
    Parker,
    Receiver<T> where [T],
    Sender<T> where [T],
    Stealer<T> where [T],
    Unparker,
    WaitGroup,
    Worker<T> where [T],
}

newtype! { SendError }

/// Implements `DeepSize` for enums with variants that own a value, and variants that own nothing.
macro_rules! maybe {
    ($($type:ident { $($full:ident)* } { $($empty:ident)* })*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                match self {
                    $(Self::$full(value) => {
                        walker.variant(stringify!($full));
                        walker.inner(value);
                    })*
                    $(Self::$empty => walker.variant(stringify!($empty)),)*
                }
            }

            fn is_flat() -> bool {
                T::is_flat()
            }
        }
    )*};
}

maybe! {
    SendTimeoutError { Timeout Disconnected } {}
    Steal { Success } { Empty Retry }
    TrySendError { Full Disconnected } {}
}
