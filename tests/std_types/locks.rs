//! `std::sync`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, PoisonError, RwLock, TryLockError, mpsc};

use deep_size::{DeepSize, Reason, Tally};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::{lazies_show_their_value, text};

/// Poisons the lock that `lock` takes.
fn poison<G>(lock: impl FnOnce() -> G) {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let _guard = lock();
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err());
}

#[cfg_attr(target_vendor = "apple", ignore = "the mutex owns a hidden box")]
#[test]
fn a_mutex_owns_its_value() {
    assert_exact(|| Mutex::new(text()));
    assert_exact(|| Box::new(Mutex::new([text(), text()])) as Box<Mutex<[String]>>);
    assert_exact(|| Mutex::new(0));
}

#[test]
fn a_locked_mutex_is_opaque_without_waiting() {
    let mutex = Mutex::new(text());
    let guard = mutex.lock().expect("not poisoned");
    assert_eq!(mutex.heap_size(), 0);
    let mut tally = Tally::new();
    tally.add(&mutex);
    assert!(!tally.is_exact());
    assert_eq!(guard.heap_size(), 100, "the locked value can be measured");
    drop(guard);
    assert_eq!(mutex.heap_size(), 100);
}

#[test]
fn a_poisoned_mutex_is_read() {
    let mutex = Mutex::new(text());
    poison(|| mutex.lock());
    assert!(mutex.is_poisoned());
    assert_eq!(mutex.heap_size(), 100);
    assert!(mutex.is_poisoned());
}

#[test]
fn a_read_write_lock_owns_its_value() {
    assert_exact(|| RwLock::new(text()));
    assert_exact(|| Box::new(RwLock::new([text(), text()])) as Box<RwLock<[String]>>);
}

#[test]
fn a_read_write_lock_with_readers_is_measured() {
    let lock = RwLock::new(text());
    let guard = lock.read().expect("not poisoned");
    assert_eq!(lock.heap_size(), 100);
    assert_eq!(guard.heap_size(), 100, "the locked value can be measured");
}

#[test]
fn a_read_write_lock_with_a_writer_is_opaque_without_waiting() {
    let lock = RwLock::new(text());
    let guard = lock.write().expect("not poisoned");
    assert_eq!(lock.heap_size(), 0);
    let mut tally = Tally::new();
    tally.add(&lock);
    assert!(!tally.is_exact());
    assert_eq!(guard.heap_size(), 100, "the locked value can be measured");
}

#[test]
fn a_poisoned_read_write_lock_is_read() {
    let lock = RwLock::new(text());
    poison(|| lock.write());
    assert!(lock.is_poisoned());
    assert_eq!(lock.heap_size(), 100);
}

#[test]
fn a_once_lock_owns_its_value_once_initialised() {
    assert_exact(OnceLock::<String>::new);
    assert_exact(|| OnceLock::from(text()));
    assert_flat(OnceLock::from(1));
}

#[test]
fn a_lazy_lock_owns_its_value_once_initialised() {
    if !lazies_show_their_value() {
        return;
    }
    assert_exact(|| LazyLock::<String>::new(text));
    assert_exact(|| {
        let lazy = LazyLock::<String>::new(text);
        assert_eq!(lazy.len(), 4);
        lazy
    });
}

#[test]
fn a_lazy_lock_is_never_forced() {
    let lazy = LazyLock::<String>::new(|| panic!("forced"));
    assert_eq!(lazy.heap_size(), 0);
}

#[test]
fn the_captures_of_a_lazy_lock_are_opaque() {
    if !lazies_show_their_value() {
        return;
    }
    let build = || {
        let captured = text();
        LazyLock::new(move || captured)
    };
    assert_eq!(assert_opaque(Reason::TypeErased, build), 0);
}

#[test]
fn the_errors_of_locks_own_their_contents() {
    assert_exact(|| PoisonError::new(text()));
    assert_exact(|| TryLockError::Poisoned(PoisonError::new(text())));
    assert_exact(|| TryLockError::<String>::WouldBlock);
    assert_flat(PoisonError::new(1));
}

#[test]
fn a_channel_is_opaque() {
    let (sender, receiver) = mpsc::channel();
    let (sync_sender, sync_receiver) = mpsc::sync_channel(4);
    sender.send(text()).expect("the receiver exists");
    sync_sender.send(text()).expect("the receiver exists");
    assert_flat(receiver.iter());
    assert_flat(receiver.try_iter());
    assert_opaque(Reason::Handle, || sender);
    assert_opaque(Reason::Handle, || sync_sender);
    assert_opaque(Reason::Handle, || receiver);
    assert_opaque(Reason::Handle, || sync_receiver.into_iter());
}

#[test]
fn an_unsent_message_is_counted() {
    assert_exact(|| mpsc::SendError(text()));
    assert_exact(|| mpsc::TrySendError::Full(text()));
    assert_exact(|| mpsc::TrySendError::Disconnected(text()));
    assert_flat(mpsc::SendError(1));
    assert_flat(mpsc::RecvError);
    assert_flat(mpsc::TryRecvError::Empty);
    assert_flat(mpsc::RecvTimeoutError::Timeout);
}

#[cfg_attr(target_vendor = "apple", ignore = "they own hidden boxes")]
#[test]
fn barriers_and_condition_variables_are_flat() {
    assert_flat(Once::new());
    assert_flat(Condvar::new());
    assert_flat(Barrier::new(1));
    assert_flat(Barrier::new(1).wait());
}

#[cfg(target_vendor = "apple")]
#[test]
fn hidden_boxes_have_a_limit() {
    use crate::support::assert_lower_bound;

    assert_lower_bound(Reason::Hidden, || {
        let mutex = Mutex::new(text());
        drop(mutex.lock());
        mutex
    });
    let notified = || {
        let condvar = Condvar::new();
        condvar.notify_all();
        condvar
    };
    assert_lower_bound(Reason::Hidden, notified);
    assert_lower_bound(Reason::Hidden, || {
        let barrier = Barrier::new(1);
        assert!(barrier.wait().is_leader());
        barrier
    });
    assert_eq!(deep_size::Size::of(&notified()).missing_size, Some(64));
}
