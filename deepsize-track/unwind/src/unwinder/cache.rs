//! The cached rules.

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use super::modules::{self, Lookup};
use super::rule::Rule;

const INDEX_BITS: u32 = 14;
/// All addresses of a program are below this.
const MAX_ADDRESS: u64 = 1 << if cfg!(target_arch = "x86_64") { 47 } else { 48 };
/// Return addresses are multiples of this.
const ALIGNMENT: u64 = if cfg!(target_arch = "x86_64") { 1 } else { 4 };
/// Set in a cell if the module of the address may be unloaded.
const UNLOADABLE: u64 = 1 << Rule::BITS;
const TAG_SHIFT: u32 = Rule::BITS + 1;
const _: () = assert!((MAX_ADDRESS / ALIGNMENT) >> INDEX_BITS << 1 <= 1 << (64 - TAG_SHIFT), "a tag fits");

/// Each address has two cells. A cell holds the address, the number of the cell and the rule in one word, so that no thread
/// can read half of it.
static CELLS: [AtomicU64; 1 << INDEX_BITS] = [const { AtomicU64::new(0) }; 1 << INDEX_BITS];

/// The number of unloaded modules when the cells were filled.
static UNLOADED: AtomicU64 = AtomicU64::new(0);

/// Held while a thread looks up a rule or clears the cells.
static IS_LOCKED: AtomicBool = AtomicBool::new(false);

/// The first cell of an address, and the tag that distinguishes addresses with the same cell.
#[inline(always)]
pub(super) fn cell(address: u64) -> (usize, u64) {
    let address = address / ALIGNMENT;
    let upper = address >> INDEX_BITS;
    // Code at the same offset of two pages would collide, so the upper part shifts the lower.
    let index = (address ^ (upper.wrapping_mul(0x9E37_79B9) >> 8)) & ((1 << INDEX_BITS) - 1);
    (index as usize, upper << 1)
}

/// The rules during one trace.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The number of unloaded modules when the trace began.
    unloaded: u64,
    /// Is any of the used rules from a module that may be unloaded?
    is_volatile: bool,
}

impl Rules {
    #[inline(always)]
    pub(crate) fn begin() -> Self {
        Self { unloaded: UNLOADED.load(Acquire), is_volatile: false }
    }

    /// The rule for the call before a return address.
    #[inline(always)]
    pub(crate) fn get(&mut self, address: u64) -> Rule {
        let (index, tag) = cell(address);
        let mut word = CELLS[index].load(Relaxed);
        if word >> TAG_SHIFT != tag || word == 0 {
            word = CELLS[index ^ 1].load(Relaxed);
            if word >> TAG_SHIFT != tag | 1 {
                word = look_up(address);
            }
        }
        self.is_volatile |= word & UNLOADABLE != 0;
        Rule::unpack(word)
    }

    /// Were the modules of all rules loaded since the rules were cached?
    #[inline(always)]
    pub(crate) fn are_current(&self) -> bool {
        !self.is_volatile || self.check()
    }

    #[cold]
    #[inline(never)]
    fn check(&self) -> bool {
        // `fork` waits until no thread is inside the loader's lock. A signal handler may have interrupted the holder of this lock.
        if !(0..1000).any(|_| {
            try_lock() || {
                hint::spin_loop();
                false
            }
        }) {
            return false;
        }
        let unloaded = modules::unloaded();
        clear_if_older(unloaded);
        unlock();
        unloaded == self.unloaded
    }
}

/// Looks up a rule. Returns the rule as the lower part of a cell.
#[cold]
#[inline(never)]
fn look_up(address: u64) -> u64 {
    let unknown = Rule::Unknown.pack();
    // One thread at a time, so that no thread is inside the loader's lock when `fork` holds this one.
    if address >= MAX_ADDRESS || !try_lock() {
        return unknown;
    }
    let Lookup { rule, is_unloadable, unloaded } = modules::look_up(address);
    clear_if_older(unloaded);
    let word = rule.pack() | if is_unloadable { UNLOADABLE } else { 0 };
    let (index, tag) = cell(address);
    let first = &CELLS[index];
    let (cell, tag) = if first.load(Relaxed) == 0 { (first, tag) } else { (&CELLS[index ^ 1], tag | 1) };
    cell.store(tag << TAG_SHIFT | word, Relaxed);
    unlock();
    word
}

/// Clears the cells if modules were unloaded since they were filled. The caller holds the lock.
fn clear_if_older(unloaded: u64) {
    if UNLOADED.load(Relaxed) != unloaded {
        CELLS.iter().for_each(|cell| cell.store(0, Relaxed));
        UNLOADED.store(unloaded, Release);
    }
}

fn try_lock() -> bool {
    !IS_LOCKED.load(Relaxed) && !IS_LOCKED.swap(true, Acquire)
}

pub(crate) fn lock() {
    while !try_lock() {
        thread::yield_now();
    }
}

pub(crate) fn unlock() {
    IS_LOCKED.store(false, Release);
}
