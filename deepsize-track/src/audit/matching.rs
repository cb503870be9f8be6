//! Matches claims with live blocks.

use std::cmp::Reverse;
use std::collections::HashMap;

use deep_size_core::DeepSize;

use super::display::ClaimOwner;
use super::finding::{Block, Finding};
use super::outcome::Outcome;
use super::selection;
use super::walk::{Claimed, Ownership, Walk};
use crate::assert::OwnerMap;
use crate::record::{Demand, Record};
use crate::{freed, records, sites};

/// Live blocks, ordered by address.
struct Blocks(Vec<Record>);

impl Blocks {
    fn of(mut blocks: Vec<Record>) -> Self {
        blocks.sort_unstable_by_key(|block| block.address);
        Self(blocks)
    }

    /// The block that contains this address.
    fn containing(&self, address: usize) -> Option<&Record> {
        let after = self.0.partition_point(|block| block.address <= address);
        self.0.get(after.checked_sub(1)?).filter(|block| block.contains(address))
    }
}

/// Searches live blocks, the demanded ones first.
struct BlockSearch {
    demanded: Blocks,
    /// All live blocks, which may be many more. Filled after the first miss.
    all: Option<Blocks>,
}

impl BlockSearch {
    fn all(&mut self) -> &Blocks {
        self.all.get_or_insert_with(|| Blocks::of(records::live_records(|_| true)))
    }

    fn containing(&mut self, address: usize) -> Option<Record> {
        let known = self.demanded.containing(address).copied();
        known.or_else(|| records::record_at(address)).or_else(|| self.all().containing(address).copied())
    }
}

/// The fields of a value that report these blocks. Their paths have `*` for each index.
///
/// Call it untracked, and drop the result untracked.
pub(crate) fn owners<T: DeepSize>(value: &T, blocks: &[Record]) -> OwnerMap {
    let (walk, blocks) = (Walk::of(value), Blocks::of(blocks.to_vec()));
    let owner = |claim: &Claimed| {
        let block = blocks.containing(claim.address?)?;
        let path = without_indexes(&walk.path(claim.owner));
        let label = format!("at {}", ClaimOwner(&path, walk.type_name(claim.owner)));
        Some((block.address, (path, label)))
    };
    walk.claims.iter().filter_map(owner).collect()
}

/// `entries[*].name` for `entries[3].name`.
fn without_indexes(path: &str) -> String {
    let part = |part: &str| part.split_once(']').map_or(part.into(), |(_, rest)| format!("*]{rest}"));
    path.split('[').map(part).collect::<Vec<String>>().join("[")
}

/// Matches the claims of a walk with the live blocks. `root` is the address and the size of the value itself.
///
/// Call it untracked, and drop the result untracked.
pub(super) fn matched(walk: &Walk, demand: Option<Demand>, root: (usize, usize)) -> Outcome {
    let mut outcome = Outcome::default();
    let demanded = demand.map(|demand| records::live_records(|record| demand.includes(record)));
    let mut search = BlockSearch { demanded: Blocks::of(demanded.unwrap_or_default()), all: None };
    let mut claimed = Vec::new();
    let (mut without, mut together) = (Vec::new(), Vec::new());
    for (at, claim) in walk.claims.iter().enumerate() {
        match claim.address.map(|address| (address, search.containing(address))) {
            Some((_, Some(record))) => claimed.push((record, at)),
            Some((address, None)) => outcome.judge_unmatched(walk, claim, address, demand),
            None if claim.block_count > 1 => together.push(claim),
            None => without.push(claim),
        }
    }
    // Claims grouped by block. The groups, and the claims in a group, are in the order of the walk.
    claimed.sort_unstable_by_key(|&(record, at)| (record.address, at));
    let mut groups: Vec<_> = claimed.chunk_by(|(one, _), (next, _)| one.address == next.address).collect();
    groups.sort_by_key(|claims| claims[0].1);
    let mut again = Vec::new();
    for claims in groups {
        let record = claims[0].0;
        again.extend(outcome.judge_block(walk, record, claims.iter().map(|&(_, at)| &walk.claims[at])));
    }
    let is_claimed =
        |record: &Record| claimed.binary_search_by_key(&record.address, |(one, _)| one.address).is_ok();

    let mut left = BySize::of(search.demanded.0.iter().filter(|record| !is_claimed(record)));
    // Claims without an address match the remaining blocks, so they come last. They match demanded blocks first.
    let mut others = None;
    let mut elsewhere = |size| {
        let others = others.get_or_insert_with(|| {
            search.all();
            let (all, demanded) = (search.all.iter().flat_map(|all| &all.0), &search.demanded);
            let is_other =
                |record: &&Record| !is_claimed(record) && demanded.containing(record.address).is_none();
            BySize::of(all.filter(is_other))
        });
        others.take(size)
    };
    for claim in without {
        if let Some(record) = left.take(claim.size).or_else(|| elsewhere(claim.size)) {
            outcome.counted_by_size(record);
        } else if walk.is_opaque(claim.owner) {
            outcome.add_lower_bounds(1);
        } else {
            outcome.findings.push(Finding::NotLive { claim: walk.to_claim(claim) });
        }
    }
    for (owner, claim, record) in again {
        // A shared block may be identified by another address, such as one in a block that it owns.
        let is_key = claim.kind == Ownership::Shared;
        let found = if is_key { left.take(claim.size) } else { None };
        let found = found.or_else(|| if is_key && demand.is_none() { elsewhere(claim.size) } else { None });
        if let Some(record) = found {
            outcome.counted_by_size(record);
        } else {
            let (first, again) = (walk.to_claim(owner), walk.to_claim(claim));
            outcome.findings.push(Finding::CountedTwice { first, again, block: to_block(record) });
        }
    }
    if demand.is_some() {
        // These claims can match any blocks with the right sum, so they come last.
        outcome.judge_together(walk, &together, &mut left);
    }
    let mut order: Vec<_> = claimed.iter().map(|&(record, at)| (record.serial, at)).collect();
    order.sort_unstable();
    let claim = |at: usize| order.get(at).map(|&(_, claim)| walk.to_claim(&walk.claims[claim]));
    // If the value itself is on the heap, it does not report the block that contains it.
    let around_value = |record: &Record| record.contains(root.0);
    for record in left.records().filter(|record| !around_value(record)) {
        let block = to_block(record);
        if walk.has_opaque() {
            outcome.possibly_opaque.push(block);
        } else {
            // A value is usually built part by part, so the blocks claimed just before and after show where this one belongs.
            let next = order.partition_point(|&(serial, _)| serial < record.serial);
            let (after, before) = (next.checked_sub(1).and_then(claim), claim(next));
            outcome.findings.push(Finding::NeverCounted { block, after, before });
        }
    }
    outcome.findings.sort_by_key(|finding| Reverse(finding.size()));
    outcome.possibly_opaque.sort_by_key(|block| Reverse(block.size));
    outcome
}

impl Outcome {
    /// Judges claims on several blocks each. They match any remaining blocks of the right number and the right sum.
    fn judge_together(&mut self, walk: &Walk, claims: &[&Claimed], left: &mut BySize) {
        let (parts, whole): (Vec<&Claimed>, Vec<&Claimed>) =
            claims.iter().partition(|claim| walk.is_opaque(claim.owner));
        let sum = |claims: &[&Claimed], of: fn(&Claimed) -> usize| {
            claims.iter().fold(0_usize, |sum, claim| sum.saturating_add(of(claim)))
        };
        self.add_lower_bounds(sum(&parts, |claim| claim.block_count));
        // A single search for all claims takes the fewest steps, and no claim takes the blocks of another.
        if self.take_together(left, sum(&whole, |claim| claim.block_count), sum(&whole, |claim| claim.size)) {
            return;
        }
        for claim in whole {
            if self.take_together(left, claim.block_count, claim.size) {
                continue;
            }
            if walk.has_opaque() {
                // There may be too many other blocks for the search.
                self.add_lower_bounds(claim.block_count);
            } else {
                self.findings.push(Finding::NotLive { claim: walk.to_claim(claim) });
            }
        }
    }

    /// Matches this many remaining blocks with this sum, and returns whether there are such blocks.
    fn take_together(&mut self, left: &mut BySize, block_count: usize, size: usize) -> bool {
        let Some(records) = left.take_together(block_count, size) else { return false };
        records.into_iter().for_each(|record| self.counted_by_size(record));
        true
    }

    fn add_lower_bounds(&mut self, block_count: usize) {
        self.lower_bounds = self.lower_bounds.saturating_add(block_count);
    }

    fn counted(&mut self, record: Record) {
        self.blocks += 1;
        self.size += record.size;
    }

    fn counted_by_size(&mut self, record: Record) {
        self.matched_by_size += 1;
        self.counted(record);
    }

    /// Judges a claim whose address is in no live block.
    fn judge_unmatched(&mut self, walk: &Walk, claim: &Claimed, address: usize, demand: Option<Demand>) {
        if claim.kind == Ownership::Borrowed {
            // On the stack, in a static, or allocated before recording began.
            self.borrowed_size = self.borrowed_size.saturating_add(claim.size);
            return;
        }
        let claim = walk.to_claim(claim);
        // A block freed before the region began may be unrelated to the claim.
        let freed = demand.and_then(|demand| freed::last_at(address, demand.since));
        self.findings.push(match freed {
            Some(record) => Finding::Freed { claim, block: to_block(record) },
            None => Finding::NotLive { claim },
        });
    }

    /// Judges all claims on one block. Returns each claim after the owner's, with the owner's.
    fn judge_block<'w>(
        &mut self,
        walk: &Walk,
        record: Record,
        claims: impl Iterator<Item = &'w Claimed> + Clone,
    ) -> Vec<(&'w Claimed, &'w Claimed, Record)> {
        let mut owners = claims.clone().filter(|claim| claim.kind != Ownership::Borrowed);
        // A claim with the right size is preferred.
        let owner = owners.clone().find(|claim| claim.size == record.size).or_else(|| owners.next());
        if are_parts(walk, &record, claims.clone()) {
            self.add_lower_bounds(1);
            return Vec::new();
        }
        let mut again = Vec::new();
        for claim in claims {
            let wrong_size = || Finding::WrongSize { claim: walk.to_claim(claim), block: to_block(record) };
            match owner {
                Some(owner) if !std::ptr::eq(owner, claim) => again.push((owner, claim, record)),
                Some(_) if claim.size == record.size => self.counted(record),
                Some(_) => self.findings.push(wrong_size()),
                None => {
                    // A borrow may cover a part of the block, but must not reach beyond it.
                    self.borrowed_size = self.borrowed_size.saturating_add(claim.size);
                    if range(claim, &record).1 > record.size {
                        self.findings.push(wrong_size());
                    }
                }
            }
        }
        again
    }
}

/// The range of a claim, relative to the block.
fn range(claim: &Claimed, record: &Record) -> (usize, usize) {
    let start = claim.address.unwrap_or_default().wrapping_sub(record.address);
    (start, start.saturating_add(claim.size))
}

/// Whether these are disjoint parts of one block, reported by values with opaque parts.
pub(super) fn are_parts<'w>(
    walk: &Walk,
    record: &Record,
    claims: impl Iterator<Item = &'w Claimed> + Clone,
) -> bool {
    let is_part = |claim: &Claimed| {
        claim.kind != Ownership::Borrowed && claim.size < record.size && walk.is_opaque(claim.owner)
    };
    if !claims.clone().all(is_part) {
        return false;
    }
    let mut ranges: Vec<_> = claims.map(|claim| range(claim, record)).collect();
    // A single claim may have any address in the block.
    if ranges.len() == 1 {
        return true;
    }
    ranges.sort_unstable();
    ranges.is_sorted_by(|one, next| one.1 <= next.0) && ranges.iter().all(|range| range.1 <= record.size)
}

pub(super) fn to_block(record: Record) -> Block {
    Block { address: record.address, size: record.size, trace: sites::frames(record.site) }
}

/// Blocks by size; within one size, by descending address.
struct BySize(HashMap<usize, Vec<Record>>);

impl BySize {
    fn of<'r>(records: impl Iterator<Item = &'r Record>) -> Self {
        let mut by_size: HashMap<usize, Vec<Record>> = HashMap::new();
        for record in records {
            by_size.entry(record.size).or_default().push(*record);
        }
        by_size.values_mut().for_each(|records| records.reverse());
        Self(by_size)
    }

    fn take(&mut self, size: usize) -> Option<Record> {
        self.0.get_mut(&size)?.pop()
    }

    /// Takes this many blocks with this sum, or none if there are no such blocks or the search takes too long.
    fn take_together(&mut self, count: usize, sum: usize) -> Option<Vec<Record>> {
        let mut records: Vec<_> = self.0.values().flatten().copied().collect();
        records.sort_unstable_by_key(|record| Reverse((record.size, record.serial)));
        let sizes: Vec<_> = records.iter().map(|record| record.size).collect();
        // Select the blocks to take or those to leave, whichever are fewer.
        let others = sizes.len().checked_sub(count)?;
        let others_sum = sizes.iter().sum::<usize>().checked_sub(sum)?;
        let (is_taken, picked) = if count <= others {
            (true, selection::find(&sizes, count, sum)?)
        } else {
            (false, selection::find(&sizes, others, others_sum)?)
        };
        let parts =
            records.iter().enumerate().partition::<Vec<_>, _>(|(at, _)| picked.contains(at) == is_taken);
        let [taken, mut rest] =
            [parts.0, parts.1].map(|part| part.into_iter().map(|(_, record)| *record).collect::<Vec<_>>());
        rest.sort_unstable_by_key(|record| record.address);
        *self = Self::of(rest.iter());
        Some(taken)
    }

    /// The remaining blocks, in the order of their records.
    fn records(self) -> impl Iterator<Item = Record> {
        let mut records: Vec<_> = self.0.into_values().flatten().collect();
        records.sort_unstable_by_key(|record| record.serial);
        records.into_iter()
    }
}
