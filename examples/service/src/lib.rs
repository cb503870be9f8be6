//! A key-value store over HTTP that shows its own memory.
//!
//! | path | shows |
//! | --- | --- |
//! | `/debug/memory` | all roots, as a page |
//! | `/debug/memory.json` | the same as JSON |
//! | `/debug/memory.txt` | the same as text, and the parts of the resident memory |
//! | `/debug/pprof/heap` | sampled call sites of live blocks; `go tool pprof` opens them |
//! | `/metrics` | the sizes of the roots in the text format of Prometheus |
//!
//! These pages contain names of roots and functions, and no values of the store.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::extract::{Path as Key, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, body::Bytes};
use deep_size::DeepSize;
use deep_size::census::Gauges;
use deep_size::registry::Registry;
use deep_size_track::{Breakdown, Snapshot};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// The number of keys in the history.
const HISTORY: usize = 1000;

#[derive(Debug, Default, DeepSize)]
struct Store {
    documents: RwLock<HashMap<Arc<str>, Vec<u8>>>,
}

/// The keys used last. They share their texts with the store.
#[derive(Debug, Default, DeepSize)]
struct History {
    keys: Mutex<VecDeque<Arc<str>>>,
}

#[derive(Debug)]
struct Service {
    store: Arc<Store>,
    history: Arc<History>,
    registry: Registry,
    gauges: Gauges,
    prometheus: PrometheusHandle,
}

impl Store {
    fn put(&self, key: &str, document: Vec<u8>) -> Arc<str> {
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        let key = documents.get_key_value(key).map_or_else(|| key.into(), |(key, _)| key.clone());
        documents.insert(key.clone(), document);
        key
    }

    fn get(&self, key: &str) -> Option<(Arc<str>, Vec<u8>)> {
        let documents = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        documents.get_key_value(key).map(|(key, document)| (key.clone(), document.clone()))
    }
}

impl History {
    fn add(&self, key: Arc<str>) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() == HISTORY {
            keys.pop_front();
        }
        keys.push_back(key);
    }
}

/// The routes of a new store.
///
/// # Panics
///
/// Panics if the program has another recorder of metrics.
pub fn routes() -> Router {
    let (store, history) = (Arc::new(Store::default()), Arc::new(History::default()));
    let registry = Registry::global().clone();
    registry.register("store/documents", &store);
    registry.register("store/history", &history);
    let prometheus = PrometheusBuilder::new().install_recorder().expect("this is the only recorder");
    let gauges = Gauges::new(registry.clone());
    let service = Arc::new(Service { store, history, registry, gauges, prometheus });
    Router::new()
        .route("/documents/{key}", get(read).put(write))
        .route("/debug/memory", get(memory))
        .route("/debug/memory.json", get(memory_json))
        .route("/debug/memory.txt", get(memory_text))
        .route("/debug/pprof/heap", get(heap))
        .route("/metrics", get(metrics))
        .with_state(service)
}

/// Writes a census as JSON and a profile of live blocks into a folder, as `memory.json` and `heap.pb.gz`.
///
/// # Errors
///
/// Returns the errors of the file system.
pub fn dump(folder: &Path) -> io::Result<()> {
    let file = |name| std::fs::File::create(folder.join(name)).map(io::BufWriter::new);
    Registry::global().census().write_json(file("memory.json")?)?;
    Snapshot::take().write_pprof(file("heap.pb.gz")?)
}

async fn write(State(service): State<Arc<Service>>, Key(key): Key<String>, document: Bytes) -> StatusCode {
    let key = service.store.put(&key, document.into());
    service.history.add(key);
    StatusCode::NO_CONTENT
}

async fn read(State(service): State<Arc<Service>>, Key(key): Key<String>) -> Result<Vec<u8>, StatusCode> {
    let (key, document) = service.store.get(&key).ok_or(StatusCode::NOT_FOUND)?;
    service.history.add(key);
    Ok(document)
}

async fn memory(State(service): State<Arc<Service>>) -> Response {
    written("text/html; charset=utf-8", |out| service.registry.census().write_html(out))
}

async fn memory_json(State(service): State<Arc<Service>>) -> Response {
    written("application/json", |out| service.registry.census().write_json(out))
}

async fn memory_text(State(service): State<Arc<Service>>) -> String {
    let census = service.registry.census();
    let breakdown = Breakdown::take().with_glibc().with_claimed(census.deep_size() as u64);
    format!("{census}\n{breakdown}")
}

async fn heap() -> Response {
    written("application/octet-stream", |out| Snapshot::take().write_pprof(out))
}

async fn metrics(State(service): State<Arc<Service>>) -> String {
    service.gauges.update();
    service.prometheus.render()
}

/// A response of this type, or the error of the writer.
fn written(content_type: &'static str, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Response {
    let mut body = Vec::new();
    match write(&mut body) {
        Ok(()) => ([(header::CONTENT_TYPE, content_type)], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
