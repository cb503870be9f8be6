//! Pure arithmetic on the layouts that the standard library requests from the allocator.
//!
//! The only file that knows the standard library's internals. Each formula names its source; the versions they were
//! verified against stand in the crate docs, and the oracle tests hold them against a counting allocator.
