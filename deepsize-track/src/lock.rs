//! A lock that may be taken inside the allocator, and held across a fork.
//!
//! It never allocates. Unlike the locks of `std`, any thread may unlock it, because the child of a fork has only one thread left. It
//! is held for a few instructions, so a waiting thread spins first and then sleeps.
#![expect(unsafe_code, reason = "a lock turns a shared reference into an exclusive one")]

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

// SAFETY: while `is_held`, one guard exists, so one thread at a time accesses the value, which is `Send`.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { is_held: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Waits for the lock. A thread that already holds it waits forever.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.hold();
        Guard(self, PhantomData)
    }

    /// Takes the lock if it is free.
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.try_hold().then(|| Guard(self, PhantomData))
    }

    /// Takes the lock, unless that takes about a second: in the child of a fork, the thread that holds it may be gone.
    pub(crate) fn lock_in_time(&self) -> Option<Guard<'_, T>> {
        self.hold_within(10_000).then(|| Guard(self, PhantomData))
    }

    fn try_hold(&self) -> bool {
        !self.is_held.load(Relaxed) && self.is_held.compare_exchange(false, true, Acquire, Relaxed).is_ok()
    }

    /// Waits for the lock and takes it. `false` if it is held at each try.
    fn hold_within(&self, tries: u32) -> bool {
        (0..tries).any(|turn| {
            let is_held = self.try_hold();
            match turn {
                _ if is_held => {}
                0..64 => hint::spin_loop(),
                64..256 => thread::yield_now(),
                _ => thread::sleep(Duration::from_micros(50)),
            }
            is_held
        })
    }
}

/// A lock without its value, for a holder that cannot keep a guard.
pub(crate) trait RawLock {
    /// Waits for the lock and takes it, without a guard.
    fn hold(&self);

    /// Releases the lock.
    ///
    /// # Safety
    ///
    /// The lock was taken, and has not been released since.
    unsafe fn unlock(&self);
}

impl<T> RawLock for Lock<T> {
    fn hold(&self) {
        while !self.hold_within(u32::MAX) {}
    }

    unsafe fn unlock(&self) {
        self.is_held.store(false, Release);
    }
}

/// Exclusive access to the value. Dropping it releases the lock.
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
        // SAFETY: the lock was taken when this guard was made.
        unsafe { self.0.unlock() }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn one_thread_at_a_time_holds_the_lock() {
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
        assert!(lock.try_lock().is_none() && lock.lock_in_time().is_none());
        drop(held);
        assert!(lock.lock_in_time().is_some());
        assert!(lock.try_lock().is_some());
    }
}
