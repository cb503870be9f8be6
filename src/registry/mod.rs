//! Named roots: values of a program that are measured together, from any thread.
//!
//! A [`Registry`] keeps a weak handle or a function for each root. It is unlocked while a value is walked or a function runs. So
//! roots can be registered and dropped at any time, also by such a function. A value behind an `Arc` may lose its other handles
//! during a walk. The walking thread then drops it.
//!
//! A walk never waits for a lock inside a root. It does hold each lock that it gets, as any user of the lock would.
//!
//! Names are paths: `cache/images` and `cache/texts` are parts of `cache`. Roots with one name are measured as one root.
//!
//! # Examples
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use deep_size::DeepSize;
//! use deep_size::registry::Registry;
//!
//! static TEXTS: Mutex<Vec<String>> = Mutex::new(Vec::new());
//!
//! let sessions = Arc::new(vec![0_u64; 100]);
//! Registry::global().register("sessions", &sessions);
//! let _texts = Registry::global().register_with("cache/texts", |walker| walker.inner(&TEXTS));
//!
//! TEXTS.lock().unwrap().push("text".into());
//! let sizes: Vec<(String, usize)> =
//!     Registry::global().roots().iter().map(|root| (root.name().into(), root.heap_size())).collect();
//! // Two counts, the vector and its block; a vector with room for four strings, and a text.
//! assert_eq!(sizes, [("cache/texts".into(), 4 * 24 + 4), ("sessions".into(), 16 + 24 + 800)]);
//! ```

mod root;

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::string::String;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;
use std::vec::Vec;

pub use self::root::Root;
use self::root::{Entry, Function, Target};
pub(crate) use self::root::{NESTED, PANICKED, path};
use crate::{DeepSize, Walker};

/// Named roots. Clones share the roots.
///
/// Registering a root takes two allocations and less than a microsecond, both on average.
#[derive(Clone, Default)]
pub struct Registry(Arc<Mutex<State>>);

/// The roots in the order of registration, and the last walks over them.
#[derive(Default)]
struct State {
    entries: BTreeMap<u64, Arc<Entry>>,
    next_id: u64,
    /// The number of entries at which the entries of dropped values are removed.
    sweep_at: usize,
    attempts: Attempts,
}

/// The last walk over each root, by name.
pub(crate) type Attempts = BTreeMap<String, Attempt>;

/// The last walk over a root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) begun: Instant,
    /// The deep size in the last complete walk, and its time.
    pub(crate) complete: Option<(usize, Instant)>,
}

/// Keeps a function registered. Dropping this removes the root.
///
/// A census that has already begun may still call the function.
#[must_use = "dropping this removes the root"]
pub struct Registration {
    state: Weak<Mutex<State>>,
    id: u64,
}

impl Registry {
    /// A registry without roots, independent of all others.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The registry of the process.
    #[must_use]
    pub fn global() -> &'static Self {
        static GLOBAL: LazyLock<Registry> = LazyLock::new(Registry::new);
        &GLOBAL
    }

    /// Registers the value behind an `Arc` until it is dropped. Its size includes the block of the `Arc`.
    ///
    /// The registry keeps a weak handle, so the block stays allocated after the value is dropped. The next census or call of
    /// [`roots`](Self::roots) frees it. If there are many such blocks, this method frees them.
    pub fn register<T>(&self, name: impl Into<Cow<'static, str>>, value: &Arc<T>)
    where
        T: DeepSize + Send + Sync + ?Sized + 'static,
    {
        self.insert(name.into(), Target(Arc::downgrade(value)));
    }

    /// Registers a function that reports the memory of a root, such as the contents of a static. Dropping the result removes the root.
    ///
    /// The size is the memory that the function reports, without the bytes of the static itself. For a static with a lock, pass the
    /// lock itself to the walker. If the root cannot be measured at the moment, call [`Walker::opaque`] with
    /// [`Reason::Locked`](crate::Reason::Locked). The function must not block. If it panics, the panic is caught, and the root is opaque.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Mutex, TryLockError};
    /// use deep_size::registry::Registry;
    /// use deep_size::{Reason, Size};
    ///
    /// // Not a type with `DeepSize`.
    /// struct Engine {
    ///     buffer: Vec<u8>,
    /// }
    /// static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);
    ///
    /// let registry = Registry::new();
    /// let _engine = registry.register_with("engine", |walker| match ENGINE.try_lock() {
    ///     Ok(engine) => engine.iter().for_each(|engine| walker.field("buffer", &engine.buffer)),
    ///     Err(_) => walker.opaque(Reason::Locked),
    /// });
    /// *ENGINE.lock().unwrap() = Some(Engine { buffer: vec![0; 100] });
    /// assert_eq!(registry.census().item("engine").unwrap().deep_size(), 100);
    /// ```
    pub fn register_with<F>(&self, name: impl Into<Cow<'static, str>>, walk: F) -> Registration
    where
        F: Fn(&mut Walker<'_>) + Send + Sync + 'static,
    {
        let id = self.insert(name.into(), Function(walk));
        Registration { state: Arc::downgrade(&self.0), id }
    }

    /// The present roots, sorted by name. Roots of one name are one item.
    ///
    /// Takes O(n log n) for n roots, and measures nothing.
    #[must_use]
    pub fn roots(&self) -> Vec<Root> {
        self.roots_and(|_| ()).0
    }

    /// The present roots, and the last walk over each of them.
    pub(crate) fn roots_and_attempts(&self) -> (Vec<Root>, Attempts) {
        self.roots_and(|state| state.attempts.clone())
    }

    fn roots_and<T>(&self, read: impl FnOnce(&State) -> T) -> (Vec<Root>, T) {
        let mut dropped = Vec::new();
        let mut state = lock(&self.0);
        state.sweep(&mut dropped);
        let entries: Vec<Arc<Entry>> = state.entries.values().cloned().collect();
        let read = read(&state);
        drop(state);
        drop(dropped);
        (Root::group(entries), read)
    }

    /// Records walks, and forgets roots that no longer exist. A walk without a size keeps the last complete one.
    pub(crate) fn record(&self, walks: impl Iterator<Item = (String, Attempt)>) {
        let mut state = lock(&self.0);
        let State { entries, attempts, .. } = &mut *state;
        for (name, walk) in walks {
            let last = attempts.entry(name).or_insert(walk);
            *last = Attempt { complete: walk.complete.or(last.complete), ..walk };
        }
        let names: std::collections::BTreeSet<String> =
            entries.values().map(|entry| path(&entry.name)).collect();
        attempts.retain(|name, _| names.contains(name));
    }

    fn insert(&self, name: Cow<'static, str>, source: impl root::Source + 'static) -> u64 {
        let entry = Arc::new(Entry { name, source });
        let mut dropped = Vec::new();
        let mut state = lock(&self.0);
        if state.entries.len() >= state.sweep_at.max(MIN_SWEEP) {
            state.sweep(&mut dropped);
        }
        let id = state.next_id;
        state.next_id += 1;
        state.entries.insert(id, entry);
        // Dropping an entry may run code of the user, so the lock is released first.
        drop(state);
        id
    }
}

impl State {
    /// Moves the entries of dropped values to `dropped`.
    fn sweep(&mut self, dropped: &mut Vec<Arc<Entry>>) {
        self.entries.retain(|_, entry| {
            let is_alive = entry.source.is_alive();
            if !is_alive {
                dropped.push(entry.clone());
            }
            is_alive
        });
        self.sweep_at = 2 * self.entries.len();
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(state) = self.state.upgrade() {
            let entry = lock(&state).entries.remove(&self.id);
            drop(entry);
        }
    }
}

/// Fewer entries are swept only by `roots`.
const MIN_SWEEP: usize = 16;

/// No code of the user runs under the lock, so a poisoned state is consistent.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Registry").field("roots", &self.roots()).finish()
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Registration").field("id", &self.id).finish_non_exhaustive()
    }
}
