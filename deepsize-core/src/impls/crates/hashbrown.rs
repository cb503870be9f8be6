//! `hashbrown` 0.14 to 0.17: `HashMap` and `HashSet` as those of the standard library, exact unless entries were removed from a
//! nearly full table; then a lower bound, and reported as one. `HashTable` (from 0.15 on) tells how large it is, and is exact.
//!
//! Maps and sets can tell as much, but only if their keys can be hashed, and no derived impl asks for that.
//!
//! Only tables in the global allocator: how much of its memory another one counts as the table's is its own affair.

/// The impls for one version.
macro_rules! maps_and_sets {
    ($hashbrown:ident) => {
        hash_map! { $hashbrown::HashMap }
        hash_set! { $hashbrown::HashSet }
    };
}

/// The impl for a version whose tables tell their size.
#[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
macro_rules! tables {
    ($hashbrown:ident) => {
        /// Buckets × element, and the control bytes.
        impl<T: crate::DeepSize> crate::DeepSize for $hashbrown::HashTable<T> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let first = self.iter().next().map_or(core::ptr::null(), core::ptr::from_ref);
                crate::impls::hash_table::walk_table_of_size::<T>(
                    walker,
                    self.allocation_size(),
                    self.len(),
                    first,
                );
                walker.elements(self);
            }
        }
    };
}

#[cfg(feature = "hashbrown_0_17")]
maps_and_sets! { hashbrown }
#[cfg(feature = "hashbrown_0_17")]
tables! { hashbrown }

#[cfg(feature = "hashbrown_0_14")]
maps_and_sets! { hashbrown_0_14 }

#[cfg(feature = "hashbrown_0_15")]
maps_and_sets! { hashbrown_0_15 }
#[cfg(feature = "hashbrown_0_15")]
tables! { hashbrown_0_15 }

#[cfg(feature = "hashbrown_0_16")]
maps_and_sets! { hashbrown_0_16 }
#[cfg(feature = "hashbrown_0_16")]
tables! { hashbrown_0_16 }
