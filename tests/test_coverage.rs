//! The roots of a registry against the live blocks of the allocator.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deep_size::DeepSize;
use deep_size::registry::Registry;
use deep_size_track::{Class, Coverage, Recorder, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

static TEXTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Runs one test at a time, because recordings are global.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn coverage(registry: &Registry) -> Coverage {
    Coverage::of(registry.roots().iter().map(|root| (root.name(), root)))
}

#[derive(DeepSize)]
struct Session {
    user: String,
    #[deep_size(skip)]
    body: Vec<u8>,
}

fn sessions() -> Vec<Session> {
    (0..10).map(|at| Session { user: "a name".to_owned(), body: vec![0; 1000 + at] }).collect()
}

/// The bytes of the rows of a class that have this path.
fn size(coverage: &Coverage, class: Class, path: &str) -> u64 {
    let rows = coverage.rows().filter(|row| row.class() == class && row.path() == path);
    rows.map(|row| row.estimate().amount.size).sum()
}

#[test]
fn a_root_that_forgets_a_field_is_found() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let registry = Registry::new();
    let sessions = Arc::new(sessions());
    registry.register("web/sessions", &sessions);
    let coverage = coverage(&registry);
    assert_eq!(size(&coverage, Class::Once, "web/sessions[].user"), 60);
    let forgotten = coverage.rows().find(|row| row.class() == Class::Unclaimed).unwrap();
    // The line that makes sessions, and the bodies.
    assert!(forgotten.line().to_string().ends_with("tests/test_coverage.rs:32"), "{coverage}");
    assert_eq!((forgotten.estimate().amount.size, forgotten.estimate().amount.blocks), (10_045, 10));
    assert_eq!(sessions[0].body.len(), 1000);
    drop(recording);
}

#[test]
fn a_block_that_two_roots_claim_is_found() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let registry = Registry::new();
    let sessions = Arc::new(vec![String::from("one"), String::from("two")]);
    registry.register("sessions", &sessions);
    let weak = Arc::downgrade(&sessions);
    // Walks over the contents of the same block, and not over a handle.
    let _index = registry.register_with("index", move |walker| {
        if let Some(sessions) = weak.upgrade() {
            walker.field("texts", &*sessions);
        }
    });
    let coverage = coverage(&registry);
    let twice: Vec<_> = coverage.rows().filter(|row| row.class() == Class::Twice).collect();
    let texts = twice.iter().find(|row| row.path() == "index.texts[]").expect("the texts are claimed twice");
    assert_eq!((texts.again(), texts.estimate().amount.size), (Some("sessions[]"), 6));
    let size: u64 = twice.iter().map(|row| row.estimate().amount.size).sum();
    assert_eq!(size, 6 + 48, "{coverage}");
    drop(recording);
}

#[test]
fn a_census_counts_the_same_bytes() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let registry = Registry::new();
    let shared: Arc<str> = "a text that many roots hold".into();
    let roots: Vec<Arc<Vec<Arc<str>>>> = (0..20)
        .map(|at| Arc::new((0..at).map(|_| shared.clone()).chain([format!("{at:50}").into()]).collect()))
        .collect();
    roots.iter().zip(0..).for_each(|(root, at)| registry.register(format!("root-{at}"), root));
    let _texts = registry.register_with("texts", |walker| walker.inner(&TEXTS));
    TEXTS.lock().unwrap().push("text".repeat(100));
    let (coverage, census) = (coverage(&registry), registry.census());
    assert_eq!(coverage.estimate(Class::Once).amount.size, census.deep_size() as u64);
    assert_eq!(coverage.estimate(Class::Twice).amount.blocks, 0, "{coverage}");
    assert_eq!(size(&coverage, Class::Once, "texts[]"), 400);
    // The registry's own blocks are the program's, and belong to the crate that allocated them.
    let registry_size = coverage.rows().filter(|row| row.class() == Class::Unclaimed);
    assert!(registry_size.map(|row| row.crate_name()).any(|name| name == "deep_size"), "{coverage}");
    // A locked root is not seen, and its memory is unclaimed.
    let texts = TEXTS.lock().unwrap();
    let locked = self::coverage(&registry);
    let part = locked.opaque_parts().iter().find(|part| part.path == "texts").expect("the lock is named");
    assert_eq!(part.reason, deep_size::Reason::Locked);
    assert_eq!(size(&locked, Class::Once, "texts[]"), 0);
    drop(texts);
    drop(recording);
}
