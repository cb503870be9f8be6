//! Matches the claims of a walk with the blocks of a snapshot.

use super::super::matching::are_parts;
use super::super::walk::{Claimed, Ownership, Walk};
use super::Class;
use crate::record::Record;
use crate::records;
use crate::snapshot::Amount;

/// The class of a block, and the places of the values that claim it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) owner: Option<usize>,
    pub(super) again: Option<usize>,
}

/// Claims on memory that is in no block of the snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unmatched {
    pub(super) no_address: Amount,
    pub(super) not_recorded: Amount,
}

/// The verdicts on the blocks, in their order. Takes time `n log n` in the number of blocks and claims.
pub(super) fn classify(blocks: &[Record], walk: &Walk) -> (Vec<Verdict>, Unmatched) {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_unstable_by_key(|&at| blocks[at].address);
    let containing = |address: usize| {
        let after = order.partition_point(|&at| blocks[at].address <= address);
        order.get(after.checked_sub(1)?).copied().filter(|&at| blocks[at].contains(address))
    };
    let mut unmatched = Unmatched::default();
    let mut located = Vec::new();
    for (number, claim) in claims(walk).enumerate() {
        match claim.address.map(containing) {
            Some(Some(block)) => located.push((block, number, claim)),
            Some(None) => unmatched.not_recorded.add(amount(&claim)),
            None => unmatched.no_address.add(amount(&claim)),
        }
    }
    located.sort_unstable_by_key(|&(block, number, _)| (block, number));
    let mut verdicts: Vec<Verdict> = blocks.iter().map(|_| Verdict::new(Class::Unclaimed)).collect();
    for claims in located.chunk_by(|(one, ..), (next, ..)| one == next) {
        let block = claims[0].0;
        let claims: Vec<Claimed> = claims.iter().map(|&(.., claim)| claim).collect();
        verdicts[block] = judge(walk, &blocks[block], claims, &mut unmatched);
    }
    for (block, verdict) in blocks.iter().zip(&mut verdicts) {
        // Its memory may be another block by now, so claims on its address say nothing about it.
        let is_live = |now: Record| now.serial == block.serial;
        if !records::record_at(block.address).is_some_and(is_live) {
            *verdict = Verdict::new(Class::Freed);
        }
    }
    (verdicts, unmatched)
}

impl Verdict {
    fn new(class: Class) -> Self {
        Self { class, owner: None, again: None }
    }
}

/// The claims, those on blocks of unknown size last.
fn claims(walk: &Walk) -> impl Iterator<Item = Claimed> {
    // A size of 0 is an unknown size. Without an address, only the opaque part is known.
    let uncounted = walk.uncounted.iter().filter(|(_, address)| address.is_some());
    let uncounted = uncounted.map(|&(owner, address)| Claimed {
        owner,
        address,
        size: 0,
        block_count: 0,
        kind: Ownership::Alone,
    });
    walk.claims.iter().copied().chain(uncounted)
}

fn amount(claim: &Claimed) -> Amount {
    Amount { size: claim.size as u64, blocks: claim.block_count as u64 }
}

/// Judges all claims on one block.
fn judge(walk: &Walk, block: &Record, mut claims: Vec<Claimed>, unmatched: &mut Unmatched) -> Verdict {
    let owner = Some(claims[0].owner);
    claims.retain(|claim| claim.size > 0);
    // A hash table with removed entries reports any of its addresses, so a single claim is a part if it is too small.
    if are_parts(walk, block, claims.iter()) {
        return Verdict { class: Class::Opaque, owner, again: None };
    }
    if claims.len() > 1 {
        // A shared block may be identified by an address in another block, such as one that it owns.
        let is_key = |claim: &Claimed| claim.kind == Ownership::Shared && claim.size != block.size;
        claims.iter().filter(|claim| is_key(claim)).for_each(|claim| unmatched.no_address.add(amount(claim)));
        claims.retain(|claim| !is_key(claim));
    }
    let mut owners = claims.iter().map(|claim| claim.owner);
    let is_borrowed = claims.iter().all(|claim| claim.kind == Ownership::Borrowed);
    match (owners.next(), owners.next()) {
        (None, _) => Verdict::new(Class::Unclaimed),
        (Some(first), Some(again)) if !is_borrowed => {
            Verdict { class: Class::Twice, owner: Some(first), again: Some(again) }
        }
        (owner, _) => Verdict { class: Class::Once, owner, again: None },
    }
}
