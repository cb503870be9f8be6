//! The origin of a buffer's memory. No safe function distinguishes memory of the allocator from foreign memory.
//!
//! A `Buffer` has three fields of one word each. One of them points to the block of an `Arc`. The block has two counts, then five
//! words in an unspecified order.
//!
//! | origin | words |
//! | --- | --- |
//! | the allocator | start, length, capacity, alignment, and 0, which marks this case |
//! | elsewhere | start, length, the length again, and the two words of an `Arc<dyn Allocation>` |
//!
//! Anything else is unknown.
//!
//! Assumption: every release of `arrow-buffer` 59 and 60 has these fields. No sample can prove it before a buffer is read, because
//! none can be made by the compiler. So `Cargo.toml` excludes later major versions. Each of them must be checked first.
//!
//! Source: `Buffer`, `Bytes` and `Deallocation` of `arrow-buffer` 59 and 60.
#![expect(unsafe_code, reason = "reads the words of a `Buffer`, with its proof")]

use alloc::sync::Arc;
use core::ptr::from_ref;

use arrow_buffer::Buffer;

/// The origin of a buffer's memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The block of the buffer's `Arc`.
    pub(super) header: *const usize,
    /// Whether the allocator owns the memory, rather than a value of another type.
    pub(super) is_allocator: bool,
}

/// The words of the counts in the block of an `Arc`.
const COUNTS: usize = 2;

/// Whether a `Buffer` has the size of its three known fields, so each word is initialised.
const IS_KNOWN: bool = size_of::<Buffer>() == size_of::<[usize; 3]>()
    && align_of::<Buffer>() == align_of::<usize>()
    && !pool::IS_ENABLED;

/// The origin of the buffer's memory, or `None` if its representation is unknown.
pub(super) fn of(buffer: &Buffer) -> Option<Origin> {
    if !(IS_KNOWN && arcs_point_to_counts()) {
        return None;
    }
    // SAFETY: a buffer has this size and alignment. By the assumption of this module, its three fields fill it, so there is no
    // padding. Nothing can change them while it is borrowed.
    let fields = unsafe { from_ref(buffer).cast::<[*const usize; 3]>().read() };
    let is_start = |field: &*const usize| field.addr() == buffer.as_ptr().addr();
    let is_length = |field: &*const usize| field.addr() == buffer.len();
    if !(fields.iter().any(is_start) && fields.iter().any(is_length)) {
        return None;
    }
    let mut others = fields.iter().filter(|field| !is_start(field) && !is_length(field));
    let (Some(&header), None) = (others.next(), others.next()) else { return None };
    // SAFETY: the field that is neither the start nor the length is the `Arc`. It points to two counts, then five words of
    // fields. Either variant initialises all of them. Nothing can change them while the buffer is borrowed.
    let words = unsafe { header.add(COUNTS).cast::<[*const (); 5]>().read() };
    let mut words = words.map(|word| Some(word.addr()));
    let mut take = |known: usize| words.iter_mut().find(|word| **word == Some(known)).and_then(Option::take);
    let start = take(buffer.data_ptr().as_ptr().addr())?;
    let capacity = take(buffer.capacity())?;
    let is_marked = take(0).is_some();
    let mut rest = words.into_iter().flatten();
    let (one, other) = (rest.next()?, rest.next()?);
    let fits = |length: usize, align: usize| {
        length <= capacity && align.is_power_of_two() && start & (align - 1) == 0
    };
    Some(Origin { header, is_allocator: is_marked && (fits(one, other) || fits(other, one)) })
}

/// Whether an `Arc` points to its counts, as `std` declares it: the value follows two words later.
fn arcs_point_to_counts() -> bool {
    // All default handles of this type share one static block.
    let sample = Arc::<[usize]>::default();
    let is_known = size_of_val(&sample) == size_of::<[usize; 2]>();
    // SAFETY: the handle has this size: a pointer, and a length of one word.
    let words = is_known.then(|| unsafe { from_ref(&sample).cast::<[*const usize; 2]>().read() });
    let value = sample.as_ptr();
    words.is_some_and(|words| words.iter().any(|word| word.wrapping_add(COUNTS) == value))
}

/// Whether the feature `pool` of `arrow-buffer` is enabled. It adds a field with padding.
mod pool {
    /// Represents the type of `arrow-buffer` if the feature is not enabled.
    #[allow(dead_code, reason = "the type of `arrow-buffer` takes precedence")]
    struct TrackingMemoryPool;

    pub(super) const IS_ENABLED: bool = {
        #[allow(unused_imports, reason = "only the feature adds a name that is used here")]
        use arrow_buffer::*;

        size_of::<TrackingMemoryPool>() > 0
    };
}
