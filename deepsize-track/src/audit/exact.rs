//! Replaces lower bounds with the block sizes in the allocator's records.

use std::collections::HashMap;

use deep_size_core::{DeepSize, Size};

use super::matching::to_block;
use super::run::limitation;
use super::walk::{Claimed, MIN_ADDRESS, Ownership, Walk};
use super::{Block, Claim, Limitation, OpaqueClaim};
use crate::record::Record;
use crate::records;
use crate::untracked::Untracked;

/// Measures a value, and takes the size of each block from the allocator's record.
///
/// A walk counts some blocks as a lower bound or not at all, because their types do not expose the size. Examples are a `Bytes`
/// with several handles, a hash table with removed entries, and an array of `ndarray`. Such a part is resolved if
/// [`Reason::is_in_known_block`] holds, and the walk has an address in each of its blocks. Each block counts once for the whole value.
///
/// Build the value while a [`Recorder::all`](crate::Recorder::all) runs. A block without a record keeps the size that the walk
/// counted. Memory behind unknown types, such as the captures of a closure, stays opaque.
///
/// Takes O(v + (n + m) log n) time for v values, n reported blocks, and m live blocks of the program. Takes memory linear in the
/// number of reported blocks.
///
/// [`Reason::is_in_known_block`]: deep_size_core::Reason::is_in_known_block
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, TrackingAllocator, exact};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let mut rest = vec![7_u64; 100].into_iter();
/// rest.nth(9);
/// let size = exact(&rest);
/// assert!(size.is_exact(), "{size}");
/// assert_eq!(size.deep_size(), size_of_val(&rest) + 800);
/// let [(claim, block)] = size.resolved() else { panic!("{size}") };
/// assert_eq!((claim.size, block.size), (720, 800));
/// # drop(recording);
/// ```
#[must_use = "measuring has no effect; read or print the size"]
pub fn exact<T: DeepSize + ?Sized>(value: &T) -> ExactSize {
    let limitation = limitation(records::lost());
    let inner = Untracked::new(|| Resolution { limitation, ..Resolution::of(&Walk::of(value)) });
    ExactSize { inner }
}

/// A deep size in which recorded block sizes replace lower bounds, from [`exact`].
///
/// `{}` prints the size, at most 20 resolved blocks, and at most 20 unresolved parts. `{:#}` prints all. An `ExactSize` is the
/// tracker's own memory, so no figure includes it.
#[derive(Clone, Debug)]
pub struct ExactSize {
    pub(super) inner: Untracked<Resolution>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Resolution {
    pub(super) limitation: Option<Limitation>,
    pub(super) size: Size,
    pub(super) counted_size: usize,
    pub(super) resolved: Vec<(Claim, Block)>,
    pub(super) unresolved: Vec<(OpaqueClaim, Cause)>,
}

/// The reason why the records do not resolve an opaque part or a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The walk has no address in at least one block of the missing memory.
    NoAddress,
    /// No block with a record contains the address.
    ///
    /// The block was allocated before the recording, was not sampled, or comes from another allocator.
    NotRecorded,
}

impl ExactSize {
    /// The bytes of the value and of everything that it owns.
    pub fn deep_size(&self) -> usize {
        self.inner.size.deep_size
    }

    /// Whether every block was counted in full.
    pub fn is_exact(&self) -> bool {
        self.inner.size.is_exact()
    }

    /// The size with its certainty. Resolved parts are not counted as opaque or as lower bounds.
    pub fn size(&self) -> Size {
        self.inner.size
    }

    /// The deep size that the walk alone counts, in bytes.
    pub fn counted_size(&self) -> usize {
        self.inner.counted_size
    }

    /// The blocks whose size comes from the allocator, each with the first claim on it.
    ///
    /// These are the located blocks of all values with a lower bound, and all other blocks that are larger than reported. The size of
    /// the claim is the sum of all claims on the block. It is 0 if the walk did not count the block.
    pub fn resolved(&self) -> &[(Claim, Block)] {
        &self.inner.resolved
    }

    /// The parts that are still opaque or lower bounds.
    pub fn unresolved(&self) -> &[(OpaqueClaim, Cause)] {
        &self.inner.unresolved
    }

    /// Why blocks lack records: no recording runs, it records only a sample, or memory was short. `None` if all blocks are being recorded.
    pub fn limitation(&self) -> Option<Limitation> {
        self.inner.limitation
    }
}

/// The blocks of a value with a lower bound.
#[derive(Clone, Copy, Debug, Default)]
struct Search {
    is_found: bool,
    lacks_address: bool,
    lacks_record: bool,
}

impl Search {
    /// The reason why the lower bound remains, if it does.
    fn cause(self) -> Option<Cause> {
        match self {
            Self { lacks_address: true, .. } => Some(Cause::NoAddress),
            Self { lacks_record: true, .. } => Some(Cause::NotRecorded),
            Self { is_found: true, .. } => None,
            _ => Some(Cause::NoAddress),
        }
    }
}

impl Resolution {
    fn of(walk: &Walk) -> Self {
        let uncounted = walk.uncounted.iter().map(|&(owner, address)| Claimed {
            owner,
            address,
            size: 0,
            block_count: 1,
            kind: Ownership::Alone,
        });
        let owned = walk.claims.iter().filter(|claim| claim.kind != Ownership::Borrowed);
        // There is no block at a dangling address, so nothing is missing.
        let is_dangling = |claim: &Claimed| claim.address.is_some_and(|address| address < MIN_ADDRESS);
        let (dangling, mut claims): (Vec<_>, Vec<_>) = owned.copied().chain(uncounted).partition(is_dangling);
        claims.sort_by_key(|claim| claim.address);

        let known = walk.parts.iter().filter(|part| part.reason.is_in_known_block());
        let mut searches: HashMap<usize, Search> =
            known.map(|part| (part.owner, Search::default())).collect();
        let mut note = |claim: &Claimed, update: fn(&mut Search)| {
            searches.get_mut(&claim.owner).into_iter().for_each(update);
        };
        dangling.iter().for_each(|claim| note(claim, |search| search.is_found = true));

        let (without, located) = claims.split_at(claims.partition_point(|claim| claim.address.is_none()));
        without.iter().for_each(|claim| note(claim, |search| search.lacks_address = true));
        let (mut resolved, mut added, mut next) = (Vec::new(), 0_usize, 0);
        for record in records_at(located) {
            let (before, claims) = claims_in(&located[next..], &record);
            before.iter().for_each(|claim| note(claim, |search| search.lacks_record = true));
            next += before.len() + claims.len();
            // If another thread allocates meanwhile, records may overlap.
            let Some(first) = claims.iter().min_by_key(|claim| claim.owner) else { continue };
            let counted = claims.iter().fold(0_usize, |sum, claim| sum.saturating_add(claim.size));
            // If the claims exceed the record, one of them is for another block, whose address is unknown.
            if let Some(missing) = record.size.checked_sub(counted) {
                added = added.saturating_add(missing);
                let is_lower_bound = claims.iter().any(|claim| walk.is_in_known_block(claim.owner));
                if is_lower_bound || missing > 0 {
                    resolved.push((Claimed { size: counted, ..*first }, record));
                }
                claims.iter().for_each(|claim| note(claim, |search| search.is_found = true));
            } else {
                claims.iter().for_each(|claim| note(claim, |search| search.lacks_record = true));
            }
        }
        located[next..].iter().for_each(|claim| note(claim, |search| search.lacks_record = true));

        resolved.sort_by_key(|(claim, record)| (claim.owner, record.serial));
        let deep_size = walk.deep_size.saturating_add(added);
        let mut resolution = Self { counted_size: walk.deep_size, ..Self::default() };
        resolution.size.deep_size = deep_size;
        resolution.resolved =
            resolved.iter().map(|(claim, record)| (walk.to_claim(claim), to_block(*record))).collect();
        for part in &walk.parts {
            let search = searches.get(&part.owner).filter(|_| part.reason.is_in_known_block());
            let Some(cause) = search.map_or(Some(Cause::NoAddress), |search| search.cause()) else {
                continue;
            };
            resolution.unresolved.push((walk.opaque_claim(part), cause));
            let size = &mut resolution.size;
            match part.missing_size {
                None => size.opaque_part_count += 1,
                Some(missing) => {
                    size.lower_bound_count += 1;
                    size.missing_size =
                        size.missing_size.zip(missing).map(|(sum, more)| sum.saturating_add(more));
                }
            }
        }
        resolution
    }
}

/// The live blocks that contain the address of a claim, in the order of their addresses. The claims are in that order too.
fn records_at(claims: &[Claimed]) -> Vec<Record> {
    let mut records = records::live_records(|record| !claims_in(claims, record).1.is_empty());
    records.sort_unstable_by_key(|record| record.address);
    records
}

/// The claims before a block, and the claims in it.
fn claims_in<'c>(claims: &'c [Claimed], record: &Record) -> (&'c [Claimed], &'c [Claimed]) {
    let before = claims.partition_point(|claim| claim.address < Some(record.address));
    let (before, after) = claims.split_at(before);
    let inside = after.partition_point(|claim| claim.address.is_some_and(|address| record.contains(address)));
    (before, &after[..inside])
}
