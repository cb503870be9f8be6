//! The roots of a registry against the live blocks of the allocator.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deep_size::DeepSize;
use deep_size::registry::Registry;
use deep_size_track::{Class, Coverage, Group, Recorder, TrackingAllocator};

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

/// The xorshift generator of Marsaglia (2003). Returns numbers below a limit.
fn random(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

/// A node of a random graph. Its handles point to earlier nodes.
#[derive(DeepSize)]
struct Node {
    text: String,
    nodes: Vec<Arc<Node>>,
    #[deep_size(skip)]
    forgotten: Vec<u8>,
}

#[test]
fn random_registries_are_accounted_for() {
    let _alone = alone();
    for seed in 1..30 {
        let recording = Recorder::all().start();
        let mut random = random(seed);
        let mut nodes: Vec<Arc<Node>> = Vec::new();
        // The same sum as a walk, kept while the nodes are made: bytes that nodes report, and bytes that they forget.
        let mut sizes: Vec<(usize, Vec<usize>)> = Vec::new();
        let (mut forgotten, mut lines) = (0, 0..0);
        for at in 0..1 + random(60) {
            let holds: Vec<usize> = (0..random(at.min(4) + 1)).map(|_| random(at)).collect();
            lines = line!()..line!() + 7;
            let node = Arc::new(Node {
                text: "t".repeat(random(40)),
                nodes: holds.iter().map(|&held| nodes[held].clone()).collect(),
                forgotten: vec![0; random(1000)],
            });
            forgotten += node.forgotten.capacity();
            let heap = node.text.capacity() + node.nodes.capacity() * size_of::<usize>();
            sizes.push((16 + size_of::<Node>() + heap, holds));
            nodes.push(node);
        }
        let (registry, mut reached, mut ahead) = (Registry::new(), vec![false; nodes.len()], Vec::new());
        for root in 0..1 + random(6) {
            let node = random(nodes.len());
            ahead.push(node);
            registry.register(format!("root/{root}"), &nodes[node]);
        }
        while let Some(node) = ahead.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                ahead.extend(&sizes[node].1);
            }
        }
        let reached_size: usize =
            (0..nodes.len()).filter(|&node| reached[node]).map(|node| sizes[node].0).sum();
        let unreached: usize =
            (0..nodes.len()).filter(|&node| !reached[node]).map(|node| sizes[node].0).sum();

        let coverage = coverage(&registry);
        let size = |class| coverage.estimate(class).amount.size;
        assert_eq!(size(Class::Once), reached_size as u64, "{coverage:#}");
        assert_eq!((size(Class::Twice), size(Class::Opaque), size(Class::Freed)), (0, 0, 0), "{coverage:#}");
        // The account itself is unclaimed too.
        let is_node = |line: Group<'_>| matches!(line, Group::Line { file, line } if file.ends_with("test_coverage.rs") && lines.contains(&line));
        let rows = coverage.rows().filter(|row| row.class() == Class::Unclaimed && is_node(row.line()));
        let unclaimed: u64 = rows.map(|row| row.estimate().amount.size).sum();
        assert_eq!(unclaimed, (forgotten + unreached) as u64, "{coverage:#}");
        assert_eq!(Class::ALL.into_iter().map(size).sum::<u64>(), coverage.live().amount.size);
        drop((nodes, recording));
    }
}

#[test]
fn roots_come_and_go_during_a_walk() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let registry = Registry::new();
    let steady = Arc::new(sessions());
    registry.register("steady", &steady);
    let value_line = line!() + 7;
    std::thread::scope(|scope| {
        let is_done = Arc::new(());
        for number in 0..2 {
            let (registry, is_done) = (&registry, Arc::downgrade(&is_done));
            scope.spawn(move || {
                while is_done.strong_count() > 0 {
                    let value = Arc::new(vec![String::from("text"); 50]);
                    registry.register(format!("value/{number}"), &value);
                }
            });
        }
        for _ in 0..10 {
            let coverage = coverage(&registry);
            let sum: u64 = Class::ALL.into_iter().map(|class| coverage.estimate(class).amount.size).sum();
            assert_eq!(sum, coverage.live().amount.size);
            assert_eq!(size(&coverage, Class::Once, "steady[].user"), 60);
            assert_eq!(coverage.estimate(Class::Twice).amount.blocks, 0, "{coverage}");
        }
        drop(is_done);
    });
    // The walk may drop the last handle to a value. The records of its blocks are removed too.
    let coverage = coverage(&registry);
    let is_value = |line: &str| line.ends_with(&format!("tests/test_coverage.rs:{value_line}"));
    let values = coverage.rows().filter(|row| is_value(&row.line().to_string()));
    assert_eq!(values.count(), 0, "{coverage:#}");
    drop(recording);
}
