//! Which claim goes with which live block.

use std::collections::HashMap;

use super::walk::{Claimed, Walk};
use super::{Block, Claim, Finding, Inner, OpaquePart};
use crate::records::Record;

/// Which live blocks the value has to claim: those of a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    /// Recorded from here on.
    pub(super) since: u64,
    /// By this thread, or by any.
    pub(super) thread: Option<usize>,
}

impl Demand {
    fn includes(&self, record: &Record) -> bool {
        record.serial >= self.since && self.thread.is_none_or(|thread| thread == record.thread)
    }
}

/// The live blocks by address, and by which claim each was met first.
struct Blocks {
    records: Vec<Record>,
    claimed_by: Vec<Option<usize>>,
}

impl Blocks {
    fn new(mut records: Vec<Record>) -> Self {
        records.sort_unstable_by_key(|record| record.address);
        let claimed_by = vec![None; records.len()];
        Self { records, claimed_by }
    }

    /// The block in which this address lies.
    fn around(&self, address: usize) -> Option<usize> {
        let after = self.records.partition_point(|record| record.address <= address);
        let at = after.checked_sub(1)?;
        (address - self.records[at].address < self.records[at].size).then_some(at)
    }

    fn block(&self, at: usize) -> Block {
        Block { address: self.records[at].address, size: self.records[at].size, site: self.records[at].site }
    }
}

/// Matches what a walk claims with the live blocks. `here` is where the value itself lies, which may be in a block.
pub(super) fn matched(walk: &Walk, records: Vec<Record>, demand: Option<Demand>, here: usize) -> Inner {
    let mut blocks = Blocks::new(records);
    let mut inner = Inner::default();
    let mut by_size = Vec::new();
    for (at, claimed) in walk.claims.iter().enumerate() {
        match claimed.address {
            Some(address) => meet(walk, at, claimed, blocks.around(address), &mut blocks, &mut inner),
            None => by_size.push((at, claimed)),
        }
    }
    // What has no address is met last, when it is known which blocks are left.
    let mut left: HashMap<usize, Vec<usize>> = HashMap::new();
    if !by_size.is_empty() {
        // A block that is demanded is taken first, and of those the one with the lowest address.
        for (at, record) in blocks.records.iter().enumerate().rev() {
            if blocks.claimed_by[at].is_none() && !demand.is_some_and(|demand| demand.includes(record)) {
                left.entry(record.size).or_default().push(at);
            }
        }
        for (at, record) in blocks.records.iter().enumerate().rev() {
            if blocks.claimed_by[at].is_none() && demand.is_some_and(|demand| demand.includes(record)) {
                left.entry(record.size).or_default().push(at);
            }
        }
    }
    for (at, claimed) in by_size {
        let block = left.get_mut(&claimed.size).and_then(Vec::pop);
        inner.matched_by_size += usize::from(block.is_some());
        meet(walk, at, claimed, block, &mut blocks, &mut inner);
    }
    let around_value = blocks.around(here);
    for (at, record) in blocks.records.iter().enumerate() {
        let is_demanded = demand.is_some_and(|demand| demand.includes(record));
        if is_demanded && blocks.claimed_by[at].is_none() && around_value != Some(at) {
            let block = blocks.block(at);
            if walk.opaque.is_empty() {
                inner.findings.push(Finding::NeverCounted { block });
            } else {
                inner.perhaps_opaque.push(block);
            }
        }
    }
    inner.opaque =
        walk.opaque.iter().map(|&(step, reason)| OpaquePart { path: walk.path(step), reason }).collect();
    inner.findings.sort_by_key(|finding| std::cmp::Reverse(finding.bytes()));
    inner
}

/// A claim meets the block that it is about, if there is one.
fn meet(
    walk: &Walk,
    at: usize,
    claimed: &Claimed,
    block: Option<usize>,
    blocks: &mut Blocks,
    inner: &mut Inner,
) {
    let Some(found) = block else {
        if !claimed.is_borrowed {
            inner.findings.push(Finding::NotLive { claim: claim(walk, claimed) });
        }
        return;
    };
    let block = blocks.block(found);
    let is_whole = claimed.size == block.size;
    if claimed.is_borrowed && !is_whole {
        // A part of something.
        return;
    }
    if let Some(first) = blocks.claimed_by[found].replace(at) {
        blocks.claimed_by[found] = Some(first);
        let (first, again) = (claim(walk, &walk.claims[first]), claim(walk, claimed));
        inner.findings.push(Finding::CountedTwice { first, again, block });
        return;
    }
    if is_whole {
        inner.blocks += 1;
        inner.bytes += block.size;
    } else if claimed.size < block.size && walk.opaque.iter().any(|&(owner, _)| owner == claimed.owner) {
        // The owner says that there is more.
        inner.lower_bounds += 1;
    } else {
        inner.findings.push(Finding::WrongSize { claim: claim(walk, claimed), block });
    }
}

fn claim(walk: &Walk, claimed: &Claimed) -> Claim {
    Claim {
        path: walk.path(claimed.owner),
        type_name: walk.type_name(claimed.owner),
        size: claimed.size,
        address: claimed.address,
    }
}
