use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use deep_size::{DeepSize, Reason};
use lock_api::{GuardSend, RawMutex};

use crate::support::{assert_exact, assert_opaque};

/// A raw lock that owns a block.
struct Boxed(Option<Box<AtomicBool>>);

// SAFETY: the flag is set exactly while the lock is held.
unsafe impl RawMutex for Boxed {
    const INIT: Self = Self(None);
    type GuardMarker = GuardSend;

    fn lock(&self) {
        assert!(self.try_lock(), "these tests never lock twice");
    }

    fn try_lock(&self) -> bool {
        self.0.as_ref().is_none_or(|flag| !flag.swap(true, Ordering::Acquire))
    }

    unsafe fn unlock(&self) {
        if let Some(flag) = &self.0 {
            flag.store(false, Ordering::Release);
        }
    }
}

#[test]
fn a_raw_lock_that_is_not_flat_is_opaque() {
    let build = || {
        let raw = Boxed(Some(Box::new(AtomicBool::new(false))));
        lock_api::Mutex::from_raw(raw, String::from("text"))
    };
    assert_eq!(assert_opaque(Reason::Hidden, build), 4);
    let mutex = build();
    let guard = mutex.lock();
    assert_eq!(mutex.heap_size(), 0);
    drop(guard);
    assert_eq!(mutex.heap_size(), 4);
}

#[test]
fn a_lock_in_a_lock_is_measured() {
    type Mutex<T> = lock_api::Mutex<parking_lot::RawMutex, T>;
    assert_exact(|| Mutex::new(vec![RefCell::new(Mutex::new(String::from("text")))]));
}
