//! The live memory of a program that its registered roots hold, and the lines that allocated the rest.
//!
//! ```text
//! cargo run --example unclaimed
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use deep_size::DeepSize;
use deep_size::registry::Registry;
use deep_size_track::{Class, Coverage, Recorder, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[derive(DeepSize)]
struct Entry {
    body: Vec<u8>,
    // Someone forgot that it owns memory.
    #[deep_size(skip)]
    headers: Vec<String>,
}

fn main() {
    let _recording = Recorder::all().start();
    let entry = |at: usize| Entry { body: vec![0; 100 * at], headers: vec![format!("length: {at}")] };
    let cache: Arc<HashMap<usize, Entry>> = Arc::new((0..1000).map(|at| (at, entry(at))).collect());
    let sessions: Arc<Vec<String>> = Arc::new((0..500).map(|at| format!("session {at}")).collect());
    let unregistered = vec![0_u8; 100_000];

    Registry::global().register("cache", &cache);
    Registry::global().register("sessions", &sessions);

    let roots = Registry::global().roots();
    let coverage = Coverage::of(roots.iter().map(|root| (root.name(), root)));
    println!("{coverage}");
    assert!(coverage.estimate(Class::Unclaimed).amount.size > 100_000);
    assert_eq!((cache[&1].headers.len(), unregistered.len()), (1, 100_000));
}
