//! A lock that may be taken inside the allocator, and held across a fork.
//!
//! Unlike those of `std` it can be let go by a thread that did not take it: in the child of a fork only one thread goes on. It
//! never allocates. It is held for some instructions at a time, so whoever waits spins, and then sleeps.
#![expect(unsafe_code, reason = "a lock hands out what only it can prove to be unshared")]

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::{hint, thread, time::Duration};

#[derive(Debug)]
pub(crate) struct Lock<T> {
    is_held: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time gets at the value, through the one guard there is while `is_held`; it may be sent there.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { is_held: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Waits for the lock. A thread that already has it waits for ever.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.hold();
        Guard(self, PhantomData)
    }

    /// Takes the lock if nobody has it.
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.try_hold().then(|| Guard(self, PhantomData))
    }

    fn try_hold(&self) -> bool {
        !self.is_held.load(Relaxed) && self.is_held.compare_exchange(false, true, Acquire, Relaxed).is_ok()
    }

    /// Waits for the lock and keeps it, without a guard.
    pub(crate) fn hold(&self) {
        let mut turns = 0_u32;
        while !self.try_hold() {
            match turns {
                0..64 => hint::spin_loop(),
                64..256 => thread::yield_now(),
                _ => thread::sleep(Duration::from_micros(50)),
            }
            turns = turns.saturating_add(1);
        }
    }

    /// Lets go of what `hold` has taken.
    ///
    /// # Safety
    ///
    /// The lock was taken by `hold`, and nobody has let it go since.
    pub(crate) unsafe fn let_go(&self) {
        self.is_held.store(false, Release);
    }
}

/// The value, for one.
pub(crate) struct Guard<'l, T>(&'l Lock<T>, PhantomData<&'l mut T>);

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held by this guard.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held by this guard, which is borrowed mutably.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this guard was made by whoever took the lock.
        unsafe { self.0.let_go() }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn one_at_a_time() {
        let lock = Lock::new(0_u64);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        *lock.lock() += 1;
                    }
                });
            }
        });
        assert_eq!(*lock.lock(), 80_000);
        let held = lock.lock();
        assert!(lock.try_lock().is_none());
        drop(held);
        assert!(lock.try_lock().is_some());
    }
}
