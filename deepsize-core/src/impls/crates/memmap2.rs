//! `memmap2` 0.9: opaque. The memory of a mapping comes from the operating system and not from the allocator.

use memmap2::{Mmap, MmapMut, MmapOptions, MmapRaw};

use crate::{DeepSize, Reason, Walker};

flat! { MmapOptions }

#[cfg(unix)]
flat! { memmap2::Advice }

/// Implements `DeepSize` for mappings.
macro_rules! mappings {
    ($($type:ty)*) => {$(
        impl DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.opaque(Reason::Other("mapped by the operating system"));
            }
        }
    )*};
}

mappings! { Mmap MmapMut MmapRaw }
