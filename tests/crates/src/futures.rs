use deep_size::{DeepSize, Reason};
use futures::channel::{mpsc, oneshot};
use futures::future::{AbortHandle, Aborted, Ready, ready};
use futures::lock::Mutex;
use futures::stream::{FuturesOrdered, FuturesUnordered};

use crate::support::{assert_flat, assert_opaque};

#[test]
fn a_mutex_owns_its_value_and_hides_its_queue() {
    assert_eq!(assert_opaque(Reason::Hidden, || Mutex::new(String::from("text"))), 4);
    assert_eq!(assert_opaque(Reason::Hidden, || Box::new(Mutex::new([vec![1_u8]])) as Box<Mutex<[_]>>), {
        size_of::<Mutex<[Vec<u8>; 1]>>() + 1
    });
}

#[test]
fn a_held_mutex_is_opaque_without_waiting() {
    let mutex = Mutex::new(String::from("text"));
    let guard = mutex.try_lock();
    assert_eq!(mutex.heap_size(), 0);
    drop(guard);
    assert_eq!(mutex.heap_size(), 4);
}

#[test]
fn types_that_hide_their_memory_are_opaque() {
    assert_opaque(Reason::Handle, || mpsc::channel::<u8>(4));
    assert_opaque(Reason::Handle, mpsc::unbounded::<u8>);
    assert_opaque(Reason::Handle, oneshot::channel::<u8>);
    assert_opaque(Reason::Handle, AbortHandle::new_pair);
    assert_opaque(Reason::Handle, || [ready(1_u8)].into_iter().collect::<FuturesUnordered<_>>());
    assert_opaque(Reason::Handle, || [ready(1_u8)].into_iter().collect::<FuturesOrdered<Ready<_>>>());
    let refused = || {
        let (sender, _) = mpsc::unbounded();
        sender.unbounded_send(String::from("text")).expect_err("the receiver is gone")
    };
    assert_opaque(Reason::Hidden, refused);
}

#[test]
fn errors_are_flat() {
    assert_flat(Aborted);
    assert_flat(oneshot::Canceled);
}
