use core::fmt;

use crate::observer::Observer;
use crate::walk::Visited;
use crate::{DeepSize, Walker};

/// Adds up values that may share memory, each shared block once.
///
/// ```
/// use std::sync::Arc;
/// use deep_size_core::{DeepSize, Tally};
///
/// let text: Arc<str> = "a long text that many entries hold".into();
/// let entries = [text.clone(), text.clone(), text];
///
/// let mut tally = Tally::new();
/// let added: Vec<usize> = entries.iter().map(|entry| tally.add(entry)).collect();
/// assert_eq!(added, [entries[0].deep_size(), size_of::<Arc<str>>(), size_of::<Arc<str>>()]);
/// assert_eq!(tally.deep_size(), entries.deep_size());
/// ```
///
/// Blocks behind `Rc` and `Arc` (and handles like them) are identified by their address, so a tally is valid while everything
/// it has counted stays alive: after dropping some of it, begin a new one. What a value owns alone is counted each time the
/// value is added. If an impl panics, the shared blocks met before stay recorded, but their bytes are not added: begin a new tally.
pub struct Tally {
    visited: Visited,
    bytes: usize,
    opaque: usize,
}

impl Tally {
    /// A tally of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { visited: Visited::for_many_roots(), bytes: 0, opaque: 0 }
    }

    /// Adds a value and returns its deep size in bytes, without the shared blocks that were counted before.
    pub fn add<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        let mut walker = Walker::new(&mut self.visited, None);
        let (heap, opaque) = (walker.sum(value), walker.opaque_parts());
        self.record(size_of_val(value).saturating_add(heap), opaque)
    }

    /// As [`add`](Self::add), reporting to `observer` what the walk meets.
    pub fn add_observed<T: DeepSize + ?Sized>(&mut self, value: &T, observer: &mut dyn Observer) -> usize {
        let mut walker = Walker::new(&mut self.visited, Some(observer));
        let (heap, opaque) = (walker.observe(value), walker.opaque_parts());
        self.record(size_of_val(value).saturating_add(heap), opaque)
    }

    /// The bytes of all values added so far.
    #[must_use]
    #[doc(alias = "memory usage")]
    pub fn deep_size(&self) -> usize {
        self.bytes
    }

    /// How many parts could not be measured, or only to a lower bound.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use deep_size_core::Tally;
    ///
    /// let (sender, _receiver) = mpsc::channel::<String>();
    /// let mut tally = Tally::new();
    /// tally.add(&sender);
    /// assert_eq!(tally.opaque_part_count(), 1);
    /// ```
    #[must_use]
    pub fn opaque_part_count(&self) -> usize {
        self.opaque
    }

    /// Whether nothing was left unmeasured.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.opaque == 0
    }

    fn record(&mut self, bytes: usize, opaque: usize) -> usize {
        self.bytes = self.bytes.saturating_add(bytes);
        self.opaque += opaque;
        bytes
    }
}

/// Reports to `observer` what a walk over `value` meets, and returns the deep size in bytes.
///
/// Unlike a new [`Tally`], this does not record blocks with one handle, so it is faster, allocates no more than
/// [`deep_size`](DeepSize::deep_size), and always agrees with it.
/// [`Observer::opaque`] reports what was left unmeasured.
///
/// ```
/// use std::sync::Arc;
/// use deep_size_core::observer::{Observer, SharedEvent};
/// use deep_size_core::{DeepSize, observe};
///
/// #[derive(Default)]
/// struct Handles(usize);
///
/// impl Observer for Handles {
///     fn shared(&mut self, _: &SharedEvent) {
///         self.0 += 1;
///     }
/// }
///
/// let texts: Vec<Arc<str>> = vec!["one".into(), "two".into()];
/// let mut handles = Handles::default();
/// assert_eq!(observe(&texts, &mut handles), texts.deep_size());
/// assert_eq!(handles.0, 2);
/// ```
pub fn observe<T: DeepSize + ?Sized>(value: &T, observer: &mut dyn Observer) -> usize {
    size_of_val(value).saturating_add(Walker::new(&mut Visited::new(), Some(observer)).observe(value))
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tally")
            .field("deep_size", &self.bytes)
            .field("opaque_part_count", &self.opaque)
            .finish_non_exhaustive()
    }
}
