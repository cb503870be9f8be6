use core::cell::Cell;
use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use crate::{DeepSize, Reason, Walker};

/// A named root of a [`Registry`](super::Registry): one or more values.
///
/// Its [`heap_size`](DeepSize::heap_size) is the memory of these values. Pass it to [`inspect`](crate::inspect()), or to
/// [`Tally::add_observed`](crate::Tally::add_observed) to walk over several roots with one observer. Its
/// [`deep_size`](DeepSize::deep_size) adds the size of this handle.
///
/// A value that no longer exists is left out. The root is opaque if one of its functions panics, or if the thread is already walking
/// over a root.
pub struct Root {
    name: String,
    entries: Vec<Arc<Entry>>,
}

/// A value or a function, with its name.
pub(super) struct Entry<S: ?Sized = dyn Source> {
    pub(super) name: Cow<'static, str>,
    pub(super) source: S,
}

/// Reports the memory of a root.
pub(super) trait Source: Send + Sync {
    fn walk(&self, walker: &mut Walker<'_>);

    fn is_alive(&self) -> bool;
}

pub(super) struct Target<T: ?Sized>(pub(super) Weak<T>);

pub(super) struct Function<F>(pub(super) F);

impl<T: DeepSize + Send + Sync + ?Sized> Source for Target<T> {
    fn walk(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self.0.upgrade() {
            walker.inner(&value);
        }
    }

    fn is_alive(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl<F: Fn(&mut Walker<'_>) + Send + Sync> Source for Function<F> {
    fn walk(&self, walker: &mut Walker<'_>) {
        (self.0)(walker);
    }

    fn is_alive(&self) -> bool {
        true
    }
}

impl Root {
    /// One root for each name, sorted by the parts of the names.
    pub(super) fn group(entries: Vec<Arc<Entry>>) -> Vec<Self> {
        let mut by_name: BTreeMap<Vec<String>, Vec<Arc<Entry>>> = BTreeMap::new();
        for entry in entries {
            let parts = parts(&entry.name).map(String::from).collect();
            by_name.entry(parts).or_default().push(entry);
        }
        by_name.into_iter().map(|(parts, entries)| Self { name: parts.join("/"), entries }).collect()
    }

    /// The name, without empty parts: `a/b` for a root registered as `/a//b/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl DeepSize for Root {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        std::thread_local!(static IS_WALKING: Cell<bool> = const { Cell::new(false) });

        struct Walking;

        impl Drop for Walking {
            fn drop(&mut self) {
                IS_WALKING.set(false);
            }
        }

        if IS_WALKING.replace(true) {
            return walker.opaque(NESTED);
        }
        let _walking = Walking;
        for entry in &self.entries {
            // The walker stays usable: an unfinished walk only lacks the bytes of the parts that it was in.
            if catch_unwind(AssertUnwindSafe(|| entry.source.walk(walker))).is_err() {
                walker.opaque(PANICKED);
            }
        }
    }
}

/// The walk over a part panicked.
pub(crate) const PANICKED: Reason = Reason::Other("not measured, because its impl panicked");

/// A function of a root walks over a root.
pub(crate) const NESTED: Reason = Reason::Other("not measured, because this thread is measuring a root");

/// A name without empty parts.
pub(crate) fn path(name: &str) -> String {
    parts(name).collect::<Vec<_>>().join("/")
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split('/').filter(|part| !part.is_empty())
}

impl fmt::Debug for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Root")
            .field("name", &self.name)
            .field("values", &self.entries.len())
            .finish_non_exhaustive()
    }
}
