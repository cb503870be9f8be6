use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use tokio::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetError, SetOnce, broadcast, mpsc, oneshot, watch,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::exact;
use crate::random::Random;
use crate::support::{assert_exact, assert_flat, assert_opaque};

/// Locks and cells, each with its constructor.
macro_rules! wrappers {
    ($($type:ident :: $new:ident)*) => {$(
        impl<T: Random> Random for $type<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                $type::$new(T::random(source, depth))
            }
        }
    )*};
}

wrappers! { Mutex::new RwLock::new }

exact! {
    mutexes: Vec<Mutex<Vec<String>>>;
    read_write_locks: Vec<RwLock<(u8, Vec<Box<u16>>)>>;
}

fn text() -> String {
    String::from("text")
}

#[test]
fn cells_own_their_value_once_initialised() {
    assert_exact(OnceCell::<String>::new);
    assert_exact(|| OnceCell::new_with(Some(text())));
    assert_exact(SetOnce::<String>::new);
    assert_exact(|| SetOnce::new_with(Some(text())));
    assert_flat(OnceCell::new_with(Some(1)));
}

#[test]
fn unsized_contents_are_measured() {
    assert_exact(|| Box::new(Mutex::new([text()])) as Box<Mutex<[String]>>);
    assert_exact(|| Box::new(RwLock::new([text()])) as Box<RwLock<[String]>>);
}

#[test]
fn a_held_lock_is_opaque_without_waiting() {
    let (mutex, lock) = (Mutex::new(text()), RwLock::new(text()));
    let guards = (mutex.try_lock(), lock.try_write());
    assert_eq!((mutex.heap_size(), lock.heap_size()), (0, 0));
    let mut tally = Tally::new();
    tally.add(&mutex);
    tally.add(&lock);
    assert_eq!(tally.size().opaque_part_count, 2);
    drop(guards);
    assert_eq!((mutex.heap_size(), lock.heap_size()), (4, 4));
    let _guard = lock.try_read();
    assert_eq!(lock.heap_size(), 4, "a lock with readers can be read");
}

#[test]
fn a_held_lock_reports_its_reason() {
    let build = || {
        let mutex = Mutex::new(text());
        std::mem::forget(mutex.try_lock());
        mutex
    };
    assert_eq!(assert_opaque(Reason::Locked, build), 0);
}

#[test]
fn synchronisation_primitives_are_flat() {
    assert_flat(Notify::new());
    assert_flat(Semaphore::new(3));
}

#[test]
fn channels_are_opaque() {
    let (sender, receiver) = mpsc::channel(4);
    assert!(sender.try_send(text()).is_ok());
    assert_opaque(Reason::Handle, || sender.downgrade());
    assert_opaque(Reason::Handle, || (sender, receiver));
    assert_opaque(Reason::Handle, mpsc::unbounded_channel::<u8>);
    assert_opaque(Reason::Handle, oneshot::channel::<u8>);
    assert_opaque(Reason::Handle, || broadcast::channel::<u8>(4));
    assert_opaque(Reason::Handle, || watch::channel(text()));
    assert_opaque(Reason::Handle, || Barrier::new(2));
}

#[test]
fn an_unsent_message_is_counted() {
    assert_exact(|| mpsc::error::TrySendError::Full(text()));
    assert_exact(|| mpsc::error::TrySendError::Closed(text()));
    assert_exact(|| mpsc::error::SendError(text()));
    assert_exact(|| broadcast::error::SendError(text()));
    assert_exact(|| watch::error::SendError(text()));
    assert_exact(|| SetError::AlreadyInitializedError(text()));
    assert_flat(mpsc::error::SendError(1));
    assert_flat(oneshot::error::TryRecvError::Empty);
}

#[test]
fn permits_and_guards_borrow_or_own_an_arc() {
    let semaphore = Semaphore::new(3);
    assert_flat(semaphore.try_acquire().expect("there are permits"));
    assert_exact(|| Arc::new(Semaphore::new(3)).try_acquire_owned().expect("there are permits"));
    assert_exact(|| {
        let semaphore = Arc::new(Semaphore::new(3));
        let permits: Vec<_> = (0..3).map(|_| Arc::clone(&semaphore).try_acquire_owned().ok()).collect();
        (permits, semaphore)
    });
    let mutex = Mutex::new(text());
    assert_flat(mutex.try_lock().expect("it is free"));
    let guard = || Arc::new(Mutex::new(text())).try_lock_owned().expect("it is free");
    assert!(assert_opaque(Reason::Locked, guard) > 16);
    assert_exact(|| Arc::new(RwLock::new(text())).try_read_owned().expect("it is free"));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
}

#[test]
fn times_are_flat_and_timers_opaque() {
    assert_flat(Instant::now());
    assert_exact(|| BTreeMap::from([((Instant::now(), 7_u64), text())]));
    let runtime = runtime();
    let _guard = runtime.enter();
    assert_opaque(Reason::Handle, || tokio::time::sleep(Duration::from_secs(1)));
    assert_opaque(Reason::Handle, || tokio::time::interval(Duration::from_secs(1)));
    let timeout = || tokio::time::timeout(Duration::from_secs(1), std::future::ready(7));
    assert_opaque(Reason::Handle, || Box::pin(tokio::time::sleep(Duration::from_secs(1))));
    drop(timeout());
}

#[test]
fn tasks_and_runtimes_are_opaque() {
    let runtime = runtime();
    assert_opaque(Reason::Handle, || runtime.spawn(async { text() }));
    assert_opaque(Reason::Handle, || runtime.spawn(async { text() }).abort_handle());
    assert_opaque(Reason::Handle, || runtime.handle().clone());
    assert_opaque(Reason::Handle, JoinSet::<String>::new);
    assert_opaque(Reason::Handle, || {
        let mut tasks = JoinSet::new();
        tasks.spawn_on(async { text() }, runtime.handle());
        tasks
    });
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    let cancelled = runtime.block_on(task).expect_err("it was cancelled");
    assert_exact(|| cancelled);
    let panicked = runtime.block_on(runtime.spawn(async { std::panic::panic_any(text()) }));
    assert_opaque(Reason::TypeErased, || panicked.expect_err("it panicked"));
}

#[test]
fn sockets_are_opaque() {
    use tokio::net::{TcpListener, TcpSocket, UdpSocket};

    let runtime = runtime();
    let _guard = runtime.enter();
    let std_listener = std::net::TcpListener::bind("127.0.0.1:0").expect("the address is free");
    std_listener.set_nonblocking(true).expect("it is a socket");
    assert_opaque(Reason::Handle, || TcpListener::from_std(std_listener).expect("it is a socket"));
    let std_socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("the address is free");
    std_socket.set_nonblocking(true).expect("it is a socket");
    assert_opaque(Reason::Handle, || UdpSocket::from_std(std_socket).expect("it is a socket"));
    assert_flat(TcpSocket::new_v4().expect("a socket can be created"));
}
