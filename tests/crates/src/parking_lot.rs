use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use parking_lot::{Condvar, FairMutex, Mutex, Once, ReentrantMutex, RwLock};

use crate::exact;
use crate::random::Random;
use crate::support::{assert_exact, assert_flat, assert_opaque};

/// Locks, each with its constructor.
macro_rules! locks {
    ($($type:ident)*) => {$(
        impl<T: Random> Random for $type<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                $type::new(T::random(source, depth))
            }
        }
    )*};
}

locks! { FairMutex Mutex ReentrantMutex RwLock }

exact! {
    mutexes: Vec<Mutex<Vec<String>>>;
    fair_mutexes: FairMutex<Vec<Mutex<String>>>;
    read_write_locks: Vec<RwLock<(u8, Vec<Box<u16>>)>>;
    reentrant_mutexes: Vec<ReentrantMutex<String>>;
    locks_around_numbers: (Mutex<u8>, RwLock<u64>);
}

#[test]
fn unsized_contents_are_measured() {
    assert_exact(|| Box::new(Mutex::new([String::from("text")])) as Box<Mutex<[String]>>);
    assert_exact(|| Box::new(RwLock::new([String::from("text")])) as Box<RwLock<[String]>>);
}

fn text() -> String {
    String::from("text")
}

#[test]
fn a_held_lock_is_opaque_without_waiting() {
    let (mutex, lock) = (Mutex::new(text()), RwLock::new(text()));
    let guards = (mutex.lock(), lock.write());
    assert_eq!((mutex.heap_size(), lock.heap_size()), (0, 0));
    let mut tally = Tally::new();
    tally.add(&[&mutex]);
    tally.add(&mutex);
    tally.add(&lock);
    assert_eq!(tally.size().opaque_part_count, 2, "both locks, because a reference owns nothing");
    assert_eq!(guards.0.heap_size(), 4, "the locked value can be measured");
    drop(guards);
    assert_eq!((mutex.heap_size(), lock.heap_size()), (4, 4));
}

#[test]
fn a_held_lock_reports_its_reason() {
    let build = || {
        let mutex = Mutex::new(text());
        std::mem::forget(mutex.lock());
        mutex
    };
    assert_eq!(assert_opaque(Reason::Locked, build), 0);
}

#[test]
fn a_lock_with_readers_is_measured() {
    let lock = RwLock::new(text());
    let _guard = lock.read();
    assert_eq!(lock.heap_size(), 4);
    let mutex = ReentrantMutex::new(text());
    let _guard = mutex.lock();
    assert_eq!(mutex.heap_size(), 4);
}

#[test]
fn barriers_and_condition_variables_are_flat() {
    assert_flat(Condvar::new());
    assert_flat(Once::new());
    assert_flat(Once::new().state());
}
