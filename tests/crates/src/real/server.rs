//! The state shared by the tasks of a server.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use arbitrary::Unstructured;
use arc_swap::ArcSwap;
use compact_str::CompactString;
use dashmap::DashMap;
use deep_size::{DeepSize, Reason};
use parking_lot::{Mutex, RwLock};
use slab::Slab;
use tokio::sync::{Notify, Semaphore, broadcast, watch};
use uuid::Uuid;

use super::{assert_at_least, assert_states_exact, for_random_states, random};
use crate::random::{Random, below, length};
use crate::support::live_bytes;

#[derive(DeepSize)]
struct Limits {
    burst: u32,
    per_second: u64,
}

#[derive(DeepSize)]
struct Config {
    listen: Vec<CompactString>,
    hosts: HashMap<CompactString, Arc<str>>,
    limits: BTreeMap<u16, Limits>,
}

#[derive(DeepSize)]
enum Request {
    Ping,
    Get { key: CompactString },
    Put { key: CompactString, value: Arc<[u8]>, expires: Option<u64> },
    Batch(Vec<Request>),
}

#[derive(DeepSize)]
struct Session {
    id: Uuid,
    user: Option<CompactString>,
    queue: Mutex<VecDeque<Request>>,
    values: tokio::sync::RwLock<HashMap<CompactString, Arc<[u8]>>>,
    closed: Arc<Notify>,
}

random! {
    struct Limits { burst, per_second }
    struct Config { listen, hosts, limits }
    enum Request { Ping {} Get { key } Put { key, value, expires } Batch { 0 } }
}

#[derive(DeepSize)]
struct Shared {
    config: ArcSwap<Config>,
    sessions: RwLock<HashMap<Uuid, Arc<Session>>>,
    connections: Mutex<Slab<Arc<Session>>>,
    permits: Arc<Semaphore>,
    shutdown: Arc<Notify>,
}

fn shared(source: &mut Unstructured<'_>) -> Arc<Shared> {
    let shutdown = Arc::new(Notify::new());
    let (mut sessions, mut connections) = (HashMap::new(), Slab::new());
    let values: Vec<Arc<[u8]>> = (0..3).map(|_| Arc::random(source, 0)).collect();
    for _ in 0..length(source, 1) {
        let id = Uuid::random(source, 0);
        let mut held = HashMap::<CompactString, Arc<[u8]>>::new();
        for key in 0..length(source, 1) {
            held.insert(CompactString::from(format!("key {key}")), values[below(source, 3)].clone());
        }
        let session = Arc::new(Session {
            id,
            user: Option::random(source, 0),
            queue: Mutex::new(VecDeque::random(source, 1)),
            values: tokio::sync::RwLock::new(held),
            closed: shutdown.clone(),
        });
        connections.insert(session.clone());
        sessions.insert(id, session);
    }
    Arc::new(Shared {
        config: ArcSwap::from_pointee(Config::random(source, 1)),
        sessions: RwLock::new(sessions),
        connections: Mutex::new(connections),
        permits: Arc::new(Semaphore::new(9)),
        shutdown,
    })
}

/// The first read of an `ArcSwap` allocates a node for the thread. The first map of `dashmap` allocates for
/// the process.
fn set_up() {
    drop(ArcSwap::from_pointee(1).load());
    drop(DashMap::<u8, u8>::new());
}

#[test]
fn a_server_is_exact() {
    set_up();
    assert_states_exact(shared);
}

/// Includes a map with a lock for each shard, and channels, whose memory is opaque.
#[derive(DeepSize)]
struct Hub {
    shared: Arc<Shared>,
    topics: DashMap<CompactString, Vec<Uuid>>,
    events: broadcast::Sender<Arc<str>>,
    state: watch::Sender<u32>,
}

#[test]
fn a_server_with_channels_is_a_lower_bound() {
    set_up();
    for_random_states(|source| {
        let channels = Cell::new(0);
        let build = || {
            let shared = shared(source);
            let topics = DashMap::with_shard_amount(4);
            for topic in 0..length(source, 1) {
                topics.insert(CompactString::from(format!("topic {topic}")), Vec::random(source, 1));
            }
            let before = live_bytes();
            let (events, state) = (broadcast::Sender::new(8), watch::Sender::new(1));
            channels.set(usize::try_from(live_bytes() - before).expect("channels take memory"));
            Hub { shared, topics, events, state }
        };
        // Only the memory of the channels is missing.
        assert_at_least(&[Reason::Handle], build, |_| channels.get());
    });
}
