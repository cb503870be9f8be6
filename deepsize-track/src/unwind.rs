//! A fast unwinder.
//!
//! The unwinder of the C library looks up each frame anew, and interprets the instructions that the compiler has emitted for
//! it. That takes about 100 ns. This one caches the result for each return address in one word: the start of the caller's
//! frame, as a distance from the stack or the base pointer, and the place of the saved base pointer.
//!
//! Nearly all code needs no more. Otherwise, and without such instructions, `None` is returned, and the caller uses the C
//! library. The same holds on a stack that is not the thread's own, such as the stack of a signal or a coroutine: only
//! addresses between the stack pointer and the end of the thread's stack are read.
//!
//! A rule is never removed. If other code is loaded in place of unloaded code, a trace through it may be wrong.
#![expect(unsafe_code, reason = "stacks are read by address, and modules are what the loader says")]

use std::arch::asm;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use gimli::{
    BaseAddresses, CfaRule, EhFrame, EhFrameHdr, NativeEndian, Register, RegisterRule, UnwindContext,
    UnwindContextStorage, UnwindSection, UnwindTableRow, X86_64,
};

use crate::lock::{Lock, RawLock};

/// How to find a caller's frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The caller's frame begins so many words above the stack pointer, or above the base pointer; its base pointer is saved so many
    /// words below that, or is still in the register if that is 0. The return address lies right below.
    Frame { by_base: bool, words: u64, saved: u64 },
    /// There is no caller.
    Outermost,
    /// It is not as simple as that.
    Unknown,
}

const WORDS_BITS: u32 = 17;
const SAVED_BITS: u32 = 10;

impl Rule {
    /// As a number other than 0, of 30 bits.
    fn pack(self) -> u64 {
        match self {
            Self::Frame { by_base, words, saved } => {
                1 | u64::from(by_base) << 2 | words << 3 | saved << (3 + WORDS_BITS)
            }
            Self::Outermost => 2,
            Self::Unknown => 3,
        }
    }

    fn unpack(packed: u64) -> Self {
        match packed & 3 {
            1 => Self::Frame {
                by_base: packed >> 2 & 1 == 1,
                words: packed >> 3 & ((1 << WORDS_BITS) - 1),
                saved: packed >> (3 + WORDS_BITS) & ((1 << SAVED_BITS) - 1),
            },
            2 => Self::Outermost,
            _ => Self::Unknown,
        }
    }
}

const INDEX_BITS: u32 = 14;
/// Above a rule there is a bit that says whether it is in its second cell.
const RULE_BITS: u32 = 3 + WORDS_BITS + SAVED_BITS;
/// Above all addresses of a program.
const MAX_ADDRESS: u64 = 1 << 47;

/// The cached rules. Each address has two cells. A cell holds the whole address, the number of the cell and the rule in one
/// word, so that no thread can read half of it.
static RULES: [AtomicU64; 1 << INDEX_BITS] = [const { AtomicU64::new(0) }; 1 << INDEX_BITS];

static LOOKUP_LOCK: Lock<()> = Lock::new(());

/// This file's locks.
pub(crate) fn each_lock(mut visit: impl FnMut(&dyn RawLock)) {
    visit(&LOOKUP_LOCK);
}

/// The first cell of an address, and the tag that distinguishes addresses with the same cell.
#[inline(always)]
fn cell(address: u64) -> (usize, u64) {
    let upper = address >> INDEX_BITS;
    // Pages are alike, so the upper part shifts the lower.
    let index = (address ^ (upper.wrapping_mul(0x9E37_79B9) >> 8)) & ((1 << INDEX_BITS) - 1);
    (index as usize, upper << 1)
}

#[inline(always)]
fn rule(address: u64) -> Rule {
    let (index, tag) = cell(address);
    let first = RULES[index].load(Relaxed);
    if first >> RULE_BITS == tag && first != 0 {
        return Rule::unpack(first);
    }
    let second = RULES[index ^ 1].load(Relaxed);
    if second >> RULE_BITS == tag | 1 {
        return Rule::unpack(second);
    }
    cache_rule(address)
}

#[cold]
#[inline(never)]
fn cache_rule(address: u64) -> Rule {
    if address >= MAX_ADDRESS {
        return Rule::Unknown;
    }
    // One thread at a time, so that no thread is inside the loader's lock when `fork` holds this one.
    let Some(_alone) = LOOKUP_LOCK.try_lock() else { return Rule::Unknown };
    let rule = look_up(address);
    let (index, tag) = cell(address);
    let first = &RULES[index];
    let (cell, tag) = if first.load(Relaxed) == 0 { (first, tag) } else { (&RULES[index ^ 1], tag | 1) };
    cell.store(tag << RULE_BITS | rule.pack(), Relaxed);
    rule
}

/// The rule for the call before a return address, from what the compiler has left in the module.
fn look_up(address: u64) -> Rule {
    struct RuleSearch {
        address: u64,
        rule: Rule,
    }
    unsafe extern "C" fn module(info: *mut libc::dl_phdr_info, _: usize, search: *mut c_void) -> c_int {
        // SAFETY: the loader hands over a module that stays while this function runs, with as many headers as it says, and what
        // `look_up` has given it.
        let (info, search) = unsafe { (&*info, &mut *search.cast::<RuleSearch>()) };
        let headers: &[libc::Elf64_Phdr] = match info.dlpi_phnum {
            0 => &[],
            // SAFETY: as above.
            count => unsafe { slice::from_raw_parts(info.dlpi_phdr, usize::from(count)) },
        };
        let within = |header: &libc::Elf64_Phdr, address: u64| {
            let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
            (start..start.wrapping_add(header.p_memsz)).contains(&address)
        };
        let loaded =
            |address| headers.iter().find(|header| header.p_type == libc::PT_LOAD && within(header, address));
        if loaded(search.address).is_none() {
            return 0;
        }
        /// `PT_GNU_EH_FRAME` of the C library's `elf.h`.
        const FRAMES: u32 = 0x6474_E550;
        if let Some(header) = headers.iter().find(|header| header.p_type == FRAMES) {
            let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
            // What is loaded from an address on.
            let bytes = |from: u64| {
                let header = loaded(from)?;
                let end = info.dlpi_addr.wrapping_add(header.p_vaddr).wrapping_add(header.p_filesz);
                let length = usize::try_from(end.checked_sub(from)?).ok()?;
                // SAFETY: the loader has mapped this segment of the file, and while it calls this it unmaps none.
                Some(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(from as usize), length) })
            };
            search.rule = read_rule(search.address, start, bytes).unwrap_or(Rule::Unknown);
        }
        1
    }
    let mut search = RuleSearch { address: address.wrapping_sub(1), rule: Rule::Unknown };
    // SAFETY: the function expects what it is given.
    unsafe { libc::dl_iterate_phdr(Some(module), (&raw mut search).cast()) };
    search.rule
}

/// Storage for gimli on the stack alone. Code that needs more is left to the C library.
struct OnStack;

impl UnwindContextStorage<usize> for OnStack {
    type Rules = [(Register, RegisterRule<usize>); 24];
    type Stack = [UnwindTableRow<usize, Self>; 3];
}

/// Reads the table of frames that begins at `start`. `bytes` are those of the module from an address on.
fn read_rule<'m>(address: u64, start: u64, bytes: impl Fn(u64) -> Option<&'m [u8]>) -> Option<Rule> {
    let bases = BaseAddresses::default().set_eh_frame_hdr(start);
    let header = EhFrameHdr::new(bytes(start)?, NativeEndian).parse(&bases, 8).ok()?;
    let gimli::Pointer::Direct(frames_start) = header.eh_frame_ptr() else { return None };
    let bases = bases.set_eh_frame(frames_start);
    let frames = EhFrame::new(bytes(frames_start)?, NativeEndian);
    let entry = header.table()?.fde_for_address(&frames, &bases, address, EhFrame::cie_from_offset).ok()?;
    if entry.is_signal_trampoline() || entry.cie().return_address_register() != X86_64::RA {
        return None;
    }
    let mut context = UnwindContext::<usize, OnStack>::new_in();
    let row = entry.unwind_info_for_address(&frames, &bases, &mut context, address).ok()?;
    let saved_at = |register| row.registers().find(|known| known.0 == register).map(|known| &known.1);
    match saved_at(X86_64::RA) {
        Some(RegisterRule::Offset(-8)) => {}
        None | Some(RegisterRule::Undefined) => return Some(Rule::Outermost),
        _ => return None,
    }
    let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else { return None };
    let by_base = match register {
        X86_64::RSP => false,
        X86_64::RBP => true,
        _ => return None,
    };
    let saved = match saved_at(X86_64::RBP) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => 0,
        Some(&RegisterRule::Offset(offset)) if offset < 0 && offset % 8 == 0 => offset.unsigned_abs() / 8,
        _ => return None,
    };
    let words = u64::try_from(offset).ok().filter(|offset| offset % 8 == 0)? / 8;
    let fits = (1..1 << WORDS_BITS).contains(&words) && saved < 1 << SAVED_BITS;
    fits.then_some(Rule::Frame { by_base, words, saved })
}

thread_local! {
    /// The bounds of this thread's stack; `(0, 0)` if it has none, `(0, 1)` before the first look-up.
    static STACK: Cell<(usize, usize)> = const { Cell::new((0, 1)) };
}

/// The bounds of this thread's stack.
fn stack() -> (usize, usize) {
    let known = STACK.get();
    if known.1 == 1 { find_stack() } else { known }
}

#[cold]
#[inline(never)]
fn find_stack() -> (usize, usize) {
    // In case anything below allocates.
    STACK.set((0, 0));
    // SAFETY: the attributes are used if they are there, and then destroyed; the pointers lead to places for the answers.
    let found = unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            return (0, 0);
        }
        let (mut start, mut size) = (ptr::null_mut(), 0);
        let code = libc::pthread_attr_getstack(&raw const attributes, &raw mut start, &raw mut size);
        libc::pthread_attr_destroy(&raw mut attributes);
        if code == 0 { (start.addr(), start.addr().saturating_add(size)) } else { (0, 0) }
    };
    STACK.set(found);
    found
}

/// Writes the return addresses of the frames whose caller lies above `mark` on the stack, innermost first, and returns how many
/// fit. `None` if it cannot unwind; then the frames are meaningless.
#[inline(never)]
pub(crate) fn trace(frames: &mut [usize], mark: usize) -> Option<usize> {
    let (mut address, mut top, mut base): (u64, usize, usize);
    // SAFETY: registers are read, and nothing else happens.
    unsafe {
        asm!(
            "lea {address}, [rip]",
            "mov {top}, rsp",
            "mov {base}, rbp",
            address = out(reg) address,
            top = out(reg) top,
            base = out(reg) base,
            options(nomem, nostack, preserves_flags)
        );
    }
    let (low, end) = stack();
    if top < low || top >= end {
        return None;
    }
    let word = |at: usize| {
        let is_live = at >= top && at <= end - 8 && at % 8 == 0;
        // SAFETY: what lies between the stack pointer and the end of the thread's stack is mapped while this function runs, and
        // only this thread, which does nothing else, is to write to it.
        is_live.then(|| unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<usize>(at)) })
    };
    let (mut found, mut current) = (0, top);
    while found < frames.len() {
        let Rule::Frame { by_base, words, saved } = rule(address) else {
            // The outermost frame is there already.
            return (rule(address) == Rule::Outermost).then_some(found);
        };
        let above = (if by_base { base } else { current }).wrapping_add(words as usize * 8);
        // Frames lie one above the other, or something is wrong.
        if above <= current {
            return None;
        }
        address = word(above - 8)? as u64;
        if saved > 0 {
            base = word(above.wrapping_sub(saved as usize * 8))?;
        }
        current = above;
        if address == 0 {
            return Some(found);
        }
        if current > mark {
            frames[found] = address as usize;
            found += 1;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests;
