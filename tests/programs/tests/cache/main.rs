//! The live memory of a cache of HTTP responses, which four threads fill and read.
//!
//! Bodies and heads are `Bytes`, as a client returns them: vectors, buffers with spare capacity, parts of a shared buffer, and
//! statics.

mod origin;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, OnceLock, RwLock, mpsc};
use std::thread;

use bytes::Bytes;
use dashmap::DashMap;
use deep_size::DeepSize;
use deep_size::registry::Registry;
use deep_size_programs_tests::{Program, claimed, unclaimed, unclaimed_at};
use deep_size_track::{Cause, Coverage, TrackingAllocator};
use http::{HeaderMap, StatusCode};
use lru::LruCache;
use parking_lot::Mutex;

use self::origin::Random;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const SHARDS: usize = 16;
const ENTRIES: usize = 2048;
const THREADS: u64 = 4;
const REQUESTS: usize = 6000;

type Path = Arc<str>;

#[derive(Debug, DeepSize)]
struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    tags: Vec<Arc<str>>,
    /// The text of a log entry, made on demand.
    // A planted mistake: the field owns memory.
    #[deep_size(skip)]
    log: OnceLock<String>,
}

/// The responses used last, and the paths of each tag, so that all pages with a tag can be removed at once.
#[derive(Debug, DeepSize)]
struct Cache {
    shards: Vec<Mutex<LruCache<Path, Arc<Response>>>>,
    tags: DashMap<Arc<str>, HashSet<Path>>,
}

impl Cache {
    fn new() -> Self {
        let entries = (ENTRIES / SHARDS).try_into().expect("there are entries");
        let shards = (0..SHARDS).map(|_| Mutex::new(LruCache::new(entries))).collect();
        Self { shards, tags: DashMap::new() }
    }

    fn shard(&self, path: &str) -> &Mutex<LruCache<Path, Arc<Response>>> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(path);
        &self.shards[hash as usize % SHARDS]
    }

    fn get(&self, path: &str) -> Option<Arc<Response>> {
        self.shard(path).lock().get(path).cloned()
    }

    fn put(&self, path: Path, response: Response) {
        for tag in &response.tags {
            self.tags.entry(tag.clone()).or_default().insert(path.clone());
        }
        let removed = self.shard(&path).lock().push(path.clone(), Arc::new(response));
        // Another thread may have fetched the same page.
        if let Some((path, response)) = removed.filter(|(removed, _)| *removed != path) {
            for tag in &response.tags {
                self.tags.alter(tag, |_, mut paths| {
                    paths.remove(&path);
                    paths
                });
            }
        }
    }
}

/// Why a path has no response.
#[derive(Debug, DeepSize)]
struct Refusal {
    status: StatusCode,
    reason: String,
}

type Refusals = moka::sync::Cache<String, Arc<Refusal>>;

fn serve(cache: &Cache, refusals: &Refusals, seed: u64) {
    let mut random = Random::new(seed);
    for _ in 0..REQUESTS {
        let page = random.skewed(20_000);
        let path = origin::path(page);
        if cache.get(&path).is_some() || refusals.contains_key(&path) {
            continue;
        }
        match origin::fetch(page, &mut random) {
            Ok(responses) => responses.into_iter().for_each(|(path, response)| cache.put(path, response)),
            Err(reason) => refusals.insert(path, Arc::new(Refusal { status: StatusCode::NOT_FOUND, reason })),
        }
    }
}

#[test]
fn roots_explain_the_memory_of_a_cache() {
    let program = Program::record();
    let registry = Registry::new();
    let (cache, refusals) = (Arc::new(Cache::new()), Refusals::new(500));
    registry.register("responses", &cache);
    // A cache of `moka` is opaque, but its iterator returns handles.
    let iterated = refusals.clone();
    let _refusals = registry.register_with("refusals", move |walker| {
        for (path, refusal) in &iterated {
            walker.field("path", &path);
            walker.field("refusal", &refusal);
        }
    });

    // During the measurement, the threads stay alive, with their thread-local values.
    let gate = RwLock::new(());
    thread::scope(|scope| {
        let closed = gate.write();
        let (done, all_done) = mpsc::channel();
        for seed in 1..=THREADS {
            let (cache, refusals, gate, done) = (&cache, &refusals, &gate, done.clone());
            scope.spawn(move || {
                serve(cache, refusals, seed);
                done.send(()).expect("the test waits");
                drop(done);
                drop(gate.read());
            });
        }
        drop(done);
        assert_eq!(all_done.iter().count() as u64, THREADS);
        drop(all_done);
        refusals.run_pending_tasks();
        let coverage = program.coverage(&registry);
        println!("{coverage}");
        assert!(coverage.live().amount.size > 10 << 20, "{coverage}");
        assert!(program.explained(&coverage) >= 950, "{coverage:#}");
        check_claims(&coverage, &cache);
        check_rest(&coverage);
        check_planted(&program, &registry, &cache);
        drop(closed);
    });
}

fn check_claims(coverage: &Coverage, cache: &Cache) {
    let shards = || cache.shards.iter().map(|shard| shard.lock());
    assert_eq!(shards().map(|shard| shard.len()).sum::<usize>(), ENTRIES);
    // The counts and the text of an `Arc<str>`. Equal paths of two entries are two blocks.
    let of_path = |path: &Path| (16 + path.len()).next_multiple_of(8);
    let paths: usize = shards().map(|shard| shard.iter().map(|(path, _)| of_path(path)).sum::<usize>()).sum();
    assert_eq!(claimed(coverage, "responses.shards[].keys[]"), paths as u64, "{coverage:#}");
    // A body that is a part of a buffer keeps all of it alive.
    let bodies: HashMap<*const u8, usize> = shards()
        .flat_map(|shard| shard.iter().map(|(_, response)| response.body.clone()).collect::<Vec<_>>())
        .filter(|body| !origin::is_static(body))
        .map(|body| (body.as_ptr(), body.len()))
        .collect();
    let visible = bodies.values().sum::<usize>() as u64;
    assert!(claimed(coverage, "responses.shards[].values[].body") >= visible, "{coverage:#}");
}

/// The rest is named by crate, with exact sizes where they are known.
fn check_rest(coverage: &Coverage) {
    let rest = unclaimed(coverage);
    // A table of 16 positions for each map of headers.
    assert_eq!(rest["http"], ENTRIES as u64 * 16 * 4, "{coverage:#}");
    // Two sentinels for each list, and a table of 256 pairs of pointers with their control bytes.
    let node = size_of::<(Path, Arc<Response>, [usize; 2])>();
    let group = if cfg!(target_feature = "sse2") { 16 } else { size_of::<usize>() };
    let lists = rest["lru"] + rest["hashbrown"];
    assert_eq!(lists, (SHARDS * (2 * node + 256 * 16 + 256 + group)) as u64, "{coverage:#}");
    // The walk reports all of these, without an address.
    let no_address = coverage.unmatched(Cause::NoAddress).size;
    assert_eq!(no_address, rest["http"] + lists, "{coverage:#}");
    // `moka` frees removed entries later, with `crossbeam_epoch`. This program allocated their keys.
    let others =
        ["cache", "crossbeam_channel", "crossbeam_epoch", "deep_size", "moka", "parking_lot_core", "std"];
    let known = ["http", "lru", "hashbrown"].iter().chain(&others);
    let unknown: Vec<_> = rest.keys().filter(|name| !known.clone().any(|known| known == *name)).collect();
    assert!(rest.contains_key("moka") && unknown.is_empty(), "{unknown:?}: {coverage:#}");
}

/// A forgotten field, and a block that no root holds.
fn check_planted(program: &Program, registry: &Registry, cache: &Cache) {
    let (mut size, mut blocks) = (0, 0);
    let log_line = line!() + 5;
    for shard in &cache.shards {
        for (path, response) in shard.lock().iter() {
            let log = response.log.get_or_init(|| {
                let status = response.status.as_u16();
                ["GET", path, if status < 400 { "ok" } else { "failed" }].join(" ")
            });
            size += log.capacity() as u64;
            blocks += 1;
        }
    }
    let (unregistered, line) = (vec![0_u8; 100_003], line!());
    let coverage = program.coverage(registry);
    let log_lines = log_line..=log_line + 1;
    assert_eq!(unclaimed_at(&coverage, FILE, log_lines), (size, blocks), "{coverage:#}");
    let planted = unclaimed_at(&coverage, FILE, line..=line);
    assert_eq!(planted, (unregistered.len() as u64, 1), "{coverage:#}");
}

const FILE: &str = "tests/cache/main.rs";
