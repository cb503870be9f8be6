//! `hashbrown` 0.14 to 0.17: exact, except for maps and sets after some removals.
//!
//! `HashMap` and `HashSet` are measured like those of the standard library. If entries were removed from a nearly full table,
//! the size is reported as a lower bound. `HashTable` (since 0.15) exposes its size and is exact. Maps and sets expose it only
//! if their keys implement `Hash`, and a derived impl does not require that.
//!
//! Only tables in the global allocator have impls, unless the feature `allocator-api2` is enabled (see
//! [`allocator_api2`](super::allocator_api2)).

/// Implements `DeepSize` for the maps and sets of one version.
macro_rules! maps_and_sets {
    ($hashbrown:ident) => {
        #[cfg(not(feature = "allocator-api2_0_2"))]
        hash_map! { $hashbrown::HashMap }
        #[cfg(not(feature = "allocator-api2_0_2"))]
        hash_set! { $hashbrown::HashSet }
        #[cfg(feature = "allocator-api2_0_2")]
        hash_map! { $hashbrown::HashMap, A: allocator_api2::alloc::Allocator }
        #[cfg(feature = "allocator-api2_0_2")]
        hash_set! { $hashbrown::HashSet, A: allocator_api2::alloc::Allocator }
    };
}

/// Implements `DeepSize` for the tables of one version. The parameter `A`, if any, is an allocator with the given bound.
#[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
macro_rules! tables {
    ($hashbrown:ident) => {
        #[cfg(not(feature = "allocator-api2_0_2"))]
        tables! { @one $hashbrown }
        #[cfg(feature = "allocator-api2_0_2")]
        tables! { @one $hashbrown, A: allocator_api2::alloc::Allocator }
    };
    (@one $hashbrown:ident $(, $a:ident: $bound:path)?) => {
        /// Buckets × element size, and the control bytes.
        impl<T: crate::DeepSize $(, $a: $bound)?> crate::DeepSize for $hashbrown::HashTable<T $(, $a)?> {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                $(if !crate::impls::is_owned_by::<$a>(walker, self.capacity()) {
                    return;
                })?
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
