use core::fmt;

use crate::observer::Observer;
use crate::walk::Visited;
use crate::{DeepSize, Walker};

/// The total size of several values that may share memory. Each shared block counts once.
///
/// Blocks behind `Rc`, `Arc` and similar handles are identified by their addresses. So a tally is valid only while everything it
/// has counted stays alive; after dropping some of it, start a new one. Memory that a value owns alone is counted each time
/// the value is added.
///
/// Each recorded block takes at most 32 bytes, and 48 while the set of them grows.
///
/// If an impl panics, the shared blocks visited before stay recorded, and their bytes are not added. Start a new tally then.
///
/// # Examples
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
pub struct Tally {
    visited: Visited,
    bytes: usize,
    opaque: usize,
}

impl Tally {
    /// An empty tally.
    #[must_use]
    pub const fn new() -> Self {
        Self { visited: Visited::for_many_roots(), bytes: 0, opaque: 0 }
    }

    /// Adds a value and returns its deep size in bytes, without the shared blocks that were counted before.
    ///
    /// Takes as long as [`deep_size`](DeepSize::deep_size).
    ///
    /// A reference owns nothing, so `add(&text)` of a `text: &String` adds the size of a pointer. Pass `text` to add its target:
    ///
    /// ```
    /// use deep_size_core::Tally;
    ///
    /// let texts = [String::from("Ada"), String::from("Grace")];
    /// let mut tally = Tally::new();
    /// for text in &texts {
    ///     tally.add(text);
    /// }
    /// assert_eq!(tally.deep_size(), size_of_val(&texts) + 3 + 5);
    ///
    /// let text: &String = &texts[0];
    /// assert_eq!(tally.add(&text), size_of::<&String>());
    /// ```
    pub fn add<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        let mut walker = Walker::new(&mut self.visited, None);
        let (heap, opaque) = (walker.sum(value), walker.opaque_parts());
        self.record(size_of_val(value).saturating_add(heap), opaque)
    }

    /// Adds a value as [`add`](Self::add) does, and reports each value and block to `observer`.
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

    /// The number of parts that could not be measured, or only as a lower bound.
    ///
    /// # Examples
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

    /// Whether every part was measured: no value added so far has an opaque part.
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

/// Walks over `value`, reports each value and block to `observer`, and returns the deep size in bytes.
///
/// The result equals [`deep_size`](DeepSize::deep_size), and the walk allocates no more. A new [`Tally`] is slower, because it
/// also records blocks with a single handle. [`Observer::opaque`] is called for each part that cannot be measured.
///
/// # Examples
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
