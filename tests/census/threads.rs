//! Roots are registered and dropped while censuses run.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use deep_size::registry::Registry;

#[test]
fn roots_come_and_go_during_censuses() {
    const THREADS: usize = 8;

    let registry = Registry::new();
    let (is_over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let begin = Barrier::new(THREADS + 1);
    let shared = Arc::new(Mutex::new(vec![0_u8; 1000]));
    let permanent = Arc::new((shared.clone(), vec![0_u8; 100]));
    registry.register("permanent", &permanent);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (registry, is_over, done, begin, shared) = (&registry, &is_over, &done, &begin, &shared);
            scope.spawn(move || {
                begin.wait();
                while !is_over.load(Ordering::Relaxed) {
                    let value = Arc::new((vec![0_u8; 10 * number], shared.clone()));
                    registry.register(format!("thread/{number}"), &value);
                    let other = value.clone();
                    let guard = registry.register_with(format!("function/{number}"), move |walker| {
                        walker.inner(&*other);
                    });
                    let held = shared.lock().unwrap();
                    drop(value);
                    drop(guard);
                    drop(held);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        begin.wait();
        let mut censuses = 0;
        while censuses < 50 || done.load(Ordering::Relaxed) < 1000 {
            let census = registry.census();
            let sum: usize = census.roots().map(|root| root.proportional_size()).sum();
            assert_eq!(sum, census.deep_size());
            let permanent = census.item("permanent").unwrap();
            assert!(permanent.missed().is_some() || permanent.deep_size() >= 1100);
            censuses += 1;
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let names: Vec<String> = registry.roots().iter().map(|root| root.name().to_owned()).collect();
    assert_eq!(names, ["permanent"]);
}

#[test]
fn a_census_may_drop_the_last_handle() {
    let registry = Registry::new();
    let slot = Arc::new(Mutex::new(Some(Arc::new(7_u64))));
    registry.register("value", slot.lock().unwrap().as_ref().unwrap());
    let emptied = slot.clone();
    // `value` is dropped during the census, by a root that is walked before it.
    let _first = registry.register_with("first", move |_| drop(emptied.lock().unwrap().take()));
    let census = registry.census();
    assert_eq!(census.item("value").unwrap().deep_size(), 0);
    assert_eq!(registry.roots().len(), 1);
}
