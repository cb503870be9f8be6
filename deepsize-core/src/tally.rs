use core::fmt;

use crate::observer::Observer;
use crate::walk::Visited;
use crate::walker::Watch;
use crate::{DeepSize, Size, Walker};

/// The total size of several values that may share memory. Each shared block counts once.
///
/// Blocks behind `Rc`, `Arc` and similar handles are identified by their addresses. So a tally is valid only while everything it
/// has counted stays alive; after dropping some of it, start a new one. Memory that a value owns alone is counted each time
/// the value is added. Add a handle rather than its target: the target of a counted handle would count again.
///
/// Each recorded block takes at most 64 bytes, and 96 while the set of them grows. Adjacent blocks take far less. Each separate
/// [part of a shared buffer](crate::Walker::shared_slice) usually takes 16 to 34 bytes.
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
    size: Size,
}

impl Tally {
    /// An empty tally.
    #[must_use]
    pub const fn new() -> Self {
        Self { visited: Visited::for_many_roots(), size: Size::ZERO }
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
        let heap = Walker::new(&mut self.visited, Watch::None).sum(value);
        self.record(heap.with_shallow_size(size_of_val(value)))
    }

    /// Adds a value as [`add`](Self::add) does, and reports each value and block to `observer`.
    pub fn add_observed<T: DeepSize + ?Sized>(&mut self, value: &T, observer: &mut dyn Observer) -> usize {
        let heap = observe_with(&mut self.visited, value, observer);
        self.record(heap.with_shallow_size(size_of_val(value)))
    }

    /// The bytes of all values added so far.
    #[must_use]
    #[doc(alias = "memory usage")]
    pub fn deep_size(&self) -> usize {
        self.size.deep_size
    }

    /// The bytes of all values added so far, and their certainty.
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
    /// assert_eq!(tally.size().opaque_part_count, 1);
    /// ```
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether the size is exact: no value added so far has an opaque part or a lower bound.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.size.is_exact()
    }

    fn record(&mut self, size: Size) -> usize {
        self.size.add(size);
        size.deep_size
    }
}

/// Walks over `value`, reports each value and block to `observer`, and returns the deep size in bytes.
///
/// The result equals [`deep_size`](DeepSize::deep_size), and the walk allocates no more. A new [`Tally`] is slower, because it
/// also records blocks with a single handle. [`Observer::opaque`] is called for each part that is not counted.
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
    let heap = observe_with(&mut Visited::new(), value, observer);
    heap.with_shallow_size(size_of_val(value)).deep_size
}

fn observe_with<T>(visited: &mut Visited, value: &T, observer: &mut dyn Observer) -> Size
where
    T: DeepSize + ?Sized,
{
    if observer.wants_values() {
        Walker::new(visited, Watch::Values(observer)).observe(value)
    } else {
        visited
            .apart(|parts, addresses| Walker::new(parts, Watch::Blocks(observer, addresses)).observe(value))
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tally").field("size", &self.size).finish_non_exhaustive()
    }
}
