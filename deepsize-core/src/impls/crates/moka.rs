//! `moka` 0.12: opaque. A cache is a handle, and an entry can be evicted by another thread while it is read.

opaque! {
    Handle:
    moka::sync::Cache<K, V, S> where [K, V, S],
    moka::sync::SegmentedCache<K, V, S> where [K, V, S],
}
