use arbitrary::Unstructured;
use crossbeam::atomic::AtomicCell;
use crossbeam::channel::{self, SendError, SendTimeoutError, TrySendError};
use crossbeam::deque::{Injector, Steal, Worker};
use crossbeam::queue::{ArrayQueue, SegQueue};
use crossbeam::sync::{Parker, ShardedLock, WaitGroup};
use crossbeam::utils::{Backoff, CachePadded};
use deep_size::{DeepSize, Reason, Size};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, assert_lower_bound, assert_opaque};
use crate::trial::for_random_bytes;

impl<T: Random> Random for CachePadded<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        CachePadded::new(T::random(source, depth))
    }
}

impl<T: Random> Random for ShardedLock<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        ShardedLock::new(T::random(source, depth))
    }
}

impl<T: Random> Random for ArrayQueue<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let queue = ArrayQueue::new(1 + below(source, 20));
        for _ in 0..length(source, depth) {
            if bool::random(source, depth) {
                queue.force_push(T::random(source, depth));
            } else {
                queue.pop();
            }
        }
        queue
    }
}

exact! {
    padded_values: Vec<CachePadded<String>>;
    sharded_locks: Vec<ShardedLock<Vec<String>>>;
    queues_of_numbers: Vec<ArrayQueue<u16>>;
    queues_of_large_numbers: ArrayQueue<(u128, bool)>;
}

fn text() -> String {
    String::from("text")
}

#[test]
fn elements_of_a_queue_are_opaque_unless_flat() {
    let build = || {
        let queue = ArrayQueue::new(3);
        assert!(queue.push(text()).is_ok());
        queue
    };
    assert_eq!(assert_opaque(Reason::Hidden, build), 3 * 32);
}

#[test]
fn a_growing_queue_has_a_close_lower_bound() {
    for_random_bytes(|source| {
        let (pushed, popped) = (below(source, 200), below(source, 200));
        let build = |source: &mut Unstructured<'_>| {
            let queue = SegQueue::new();
            (0..pushed).for_each(|number| queue.push(number as u32));
            while queue.len() > pushed.saturating_sub(popped) {
                queue.pop();
            }
            (0..below(source, 40)).for_each(|number| queue.push(number as u32));
            queue
        };
        let measured = assert_lower_bound(Reason::Capacity, || build(source));
        let block = 8 + 31 * 16;
        assert!(measured.is_multiple_of(block), "{measured} bytes");
        assert_eq!(Size::of(&build(source)).missing_size, Some(block));
    });
}

#[test]
fn a_lock_with_a_writer_is_opaque_without_waiting() {
    let lock = ShardedLock::new(text());
    let shards = lock.heap_size() - 4;
    let guard = lock.write();
    assert_eq!(lock.heap_size(), shards);
    drop(guard);
    let _guard = lock.read();
    assert_eq!(lock.heap_size(), shards + 4);
}

#[test]
fn flat_types_are_flat() {
    assert_flat(CachePadded::new(1));
    assert_flat(AtomicCell::new(1));
    assert_flat(Backoff::new());
    assert_flat(SendError(1));
    assert_flat(Steal::Success(1));
    assert_flat(channel::TryRecvError::Empty);
}

#[test]
fn types_that_hide_their_memory_are_opaque() {
    assert_opaque(Reason::Cell, || AtomicCell::new(text()));
    let (sender, receiver) = channel::bounded(4);
    assert!(sender.send(text()).is_ok());
    assert_flat(receiver.iter());
    assert_opaque(Reason::Handle, || (sender, receiver));
    assert_opaque(Reason::Handle, || channel::unbounded::<u8>().1.into_iter());
    assert_opaque(Reason::Handle, || {
        let worker = Worker::new_fifo();
        worker.push(text());
        (worker.stealer(), worker)
    });
    assert_opaque(Reason::Handle, Injector::<u8>::new);
    assert_opaque(Reason::Handle, || (Parker::new(), Parker::new().unparker().clone(), WaitGroup::new()));
}

#[test]
fn an_unsent_message_is_counted() {
    assert_exact(|| SendError(text()));
    assert_exact(|| TrySendError::Full(text()));
    assert_exact(|| SendTimeoutError::Disconnected(text()));
    assert_exact(|| Steal::Success(text()));
    assert_exact(|| Steal::<String>::Retry);
}
