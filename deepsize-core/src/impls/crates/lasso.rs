//! `lasso` 0.7: keys own nothing. Interners are opaque, except for their vector of texts.
//!
//! Source: `src/rodeo.rs` and `src/arenas/single_threaded.rs` of 0.7.3.

use core::hash::{BuildHasher, Hash};

use lasso::{
    Key, LargeSpur, LassoError, MicroSpur, MiniSpur, Rodeo, RodeoReader, RodeoResolver, Spur, ThreadedRodeo,
};

use crate::{DeepSize, Reason, Walker};

flat! { LargeSpur, LassoError, MicroSpur, MiniSpur, Spur }

/// The vector of texts. The memory of the texts and the table of keys are opaque.
impl<K: Key, S> DeepSize for Rodeo<K, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.buffer(core::ptr::null::<&str>(), self.capacity(), self.len());
        walker.opaque(Reason::Hidden);
    }
}

/// Implements `DeepSize` for interners that do not expose their capacity.
macro_rules! readers {
    ($($type:ty where [$($generics:tt)*];)*) => {$(
        /// The vector of texts without spare capacity. The memory of the texts and the table of keys are opaque.
        impl<K: Key $($generics)*> DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.buffer(core::ptr::null::<&str>(), self.len(), self.len());
                walker.opaque(Reason::Hidden);
            }
        }
    )*};
}

readers! {
    RodeoReader<K, S> where [, S];
    RodeoResolver<K> where [];
}

opaque! { Hidden: ThreadedRodeo<K, S> where [K: Key + Hash, S: BuildHasher + Clone] }
