//! `ahash` 0.8: exact. `AHashMap` and `AHashSet` wrap the collections of the standard library.

use ahash::{AHashMap, AHashSet, AHasher, RandomState};

use crate::DeepSize;

flat! { AHasher, RandomState }

delegates! {
    |this: AHashMap<K, V, S> where [K: DeepSize, V: DeepSize, S]| &**this;
    |this: AHashSet<T, S> where [T: DeepSize, S]| &**this;
}
