//! Assertions on allocations, on growth and on size functions.

mod allocations;
#[cfg(feature = "sites")]
mod grown;
#[cfg(feature = "sites")]
mod growth;
#[cfg(feature = "sites")]
pub(crate) mod log;
#[cfg(feature = "sites")]
mod rows;
#[cfg(feature = "sites")]
mod size;

#[cfg(feature = "sites")]
pub use growth::Growth;
#[cfg(feature = "audit")]
pub(crate) use rows::AllocationSite;
#[cfg(feature = "audit")]
pub(crate) use size::refuse_reference;
#[cfg(feature = "sites")]
pub use size::{Blocks, OwnerMap, owners};

use crate::{Region, Usage, is_installed};

pub(crate) const NOT_INSTALLED: &str = "the program's global allocator is not a `TrackingAllocator`; \
     add `#[global_allocator] static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();`";
#[cfg(feature = "sites")]
pub(crate) const LOST: &str = "some blocks could not be recorded because memory was short";

/// Counts the allocations of an expression. With the feature `sites`, also records them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Check {
    #[cfg(feature = "sites")]
    log: log::Log,
    region: Region,
    usage: Usage,
}

#[doc(hidden)]
impl Check {
    #[track_caller]
    pub fn begin() -> Self {
        assert!(is_installed(), "nothing can be asserted: {NOT_INSTALLED}");
        Self {
            #[cfg(feature = "sites")]
            log: log::Log::begin(),
            region: Region::begin(),
            usage: Usage::default(),
        }
    }

    /// Counts up to now.
    pub fn end(&mut self) {
        self.usage = self.region.usage();
        #[cfg(feature = "sites")]
        self.log.end();
    }
}
