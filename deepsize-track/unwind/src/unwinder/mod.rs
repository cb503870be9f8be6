//! The unwinder for Linux.

mod cache;
mod modules;
mod rule;
mod stack;
#[cfg(test)]
mod tests;

use cache::Rules;
pub(crate) use cache::{lock, unlock};
use modules::LISTS_ALL;
use rule::Rule;
use stack::{Registers, Words};

pub(crate) const IS_SUPPORTED: bool = true;

#[inline(always)]
pub(crate) fn trace(frames: &mut [usize], above: usize) -> Option<usize> {
    let here = Registers::here();
    let words = Words::above(here.stack)?;
    let mut rules = Rules::begin();
    let found = walk(here, frames, above, |address| rules.get(address as u64), |at| words.get(at));
    // Failed walks too, because old rules may be the cause.
    if rules.are_current() { found } else { None }
}

/// Writes the return addresses of the frames whose caller is above `above` on the stack. Invariant: each caller's frame is above.
/// So the walk ends, even with wrong rules.
#[inline(always)]
pub(crate) fn walk(
    from: Registers,
    frames: &mut [usize],
    above: usize,
    mut rule: impl FnMut(usize) -> Rule,
    word: impl Fn(usize) -> Option<usize>,
) -> Option<usize> {
    let Registers { mut address, stack: mut top, mut base } = from;
    let mut found = 0;
    while found < frames.len() {
        let (by_base, size, link, base_saved) = match rule(address) {
            Rule::Frame { by_base, size, link, base } => (by_base, size, link, base),
            // The frame itself was written before.
            Rule::Outermost { .. } => break,
            Rule::Unknown => return None,
        };
        let caller = (if by_base { base } else { top }).wrapping_add(size as usize * 8);
        if caller <= top {
            return None;
        }
        address = stack::unsigned(word(caller.wrapping_sub(link as usize * 8))?);
        if base_saved > 0 {
            base = word(caller.wrapping_sub(base_saved as usize * 8))?;
        }
        top = caller;
        if address == 0 {
            break;
        }
        if top > above {
            frames[found] = address;
            found += 1;
        }
    }
    let is_listed = LISTS_ALL || rule(address) != Rule::Outermost { is_listed: false };
    Some(if is_listed { found } else { found.saturating_sub(1) })
}

/// Walks over a stack of these words, with these unwind tables, at address `MODULE`.
#[cfg(fuzzing)]
pub(crate) fn walk_with(
    tables: &[u8],
    address: u64,
    base: usize,
    words: &[usize],
    frames: &mut [usize],
) -> Option<usize> {
    let stack = words.as_ptr().expose_provenance();
    let here = Registers { address: address as usize, stack, base };
    let words = Words { from: stack, end: stack + size_of_val(words) };
    let bytes = |from: u64| tables.get(usize::try_from(from.checked_sub(crate::fuzzing::MODULE)?).ok()?..);
    let rule =
        |address| modules::read_rule(address as u64, crate::fuzzing::MODULE, bytes).unwrap_or(Rule::Unknown);
    walk(here, frames, 0, |address| Rule::unpack(rule(address).pack()), |at| words.get(at))
}
