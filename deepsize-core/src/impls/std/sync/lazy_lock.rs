use std::sync::LazyLock;

use crate::{DeepSize, Reason, Walker};

/// The value, if there is one yet; the lock is never forced.
///
/// An initialiser that has not run owns nothing unless it has something to drop, in which case it is opaque. Before
/// Rust 1.94 no `LazyLock` can be looked into, and all are opaque.
impl<T: DeepSize, F> DeepSize for LazyLock<T, F> {
    #[cfg(lazy_get)]
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match LazyLock::get(self) {
            Some(value) => walker.inner(value),
            None if core::mem::needs_drop::<F>() => walker.opaque(Reason::TypeErased),
            None => {}
        }
    }

    #[cfg(not(lazy_get))]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
    }
}
