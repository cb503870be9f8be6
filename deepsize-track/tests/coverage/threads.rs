//! Other threads allocate, free and move values during the walk.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::thread;

use deep_size_core::DeepSize;
use deep_size_track::{Class, Coverage, Recorder};

use crate::shared::alone;
use crate::{assert_adds_up, expected, found};

const FILE: &str = "coverage/threads.rs";

#[test]
fn classes_add_up_while_threads_allocate() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let queue: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let steady: Vec<Arc<str>> = (0..500).map(|at| format!("{at:100}").into()).collect();
    let forgotten = vec![0_u8; 70_000];
    let line = line!() - 1;
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut at = 0;
                while !is_done.load(Relaxed) {
                    at += 1;
                    let text = "text".repeat(at % 100);
                    let mut queue = queue.lock().expect("no thread panics");
                    queue.push(text);
                    if queue.len() > 300 {
                        queue.clear();
                    }
                }
            });
        }
        for _ in 0..15 {
            let roots: [(&str, &dyn DeepSize); 2] = [("queue", &queue), ("steady", &steady)];
            let coverage = Coverage::of(roots);
            assert_adds_up(&coverage);
            assert_eq!(coverage.estimate(Class::Twice).amount.blocks, 0, "{coverage:#}");
            assert_eq!(found(&coverage, FILE, line), [expected(Class::Unclaimed, "", "", 70_000, 1)]);
            let steady = coverage.rows().filter(|row| row.class() == Class::Once && row.path() == "steady[]");
            assert_eq!(steady.map(|row| row.estimate().amount.blocks).sum::<u64>(), 500);
        }
        is_done.store(true, Relaxed);
    });
    drop((forgotten, recording));
}
