//! A fast unwinder.
//!
//! The C library's unwinder looks up each frame anew, and interprets the unwind instructions that the compiler has emitted for
//! it. That takes about 100 ns. This one caches the result for each return address in one word. It holds the distance of the
//! caller's frame from the stack or the base pointer, and the position of the saved base pointer.
//!
//! Nearly all code fits this form. For other code, and for code without unwind instructions, the result is `None`, and the caller
//! uses the C library. The same holds for foreign stacks, such as a signal's or a coroutine's. Only addresses between the stack
//! pointer and the end of the thread's stack are read.
//!
//! A rule is never removed. If a module is unloaded and another takes its addresses, a trace through it may be wrong.
#![expect(unsafe_code, reason = "reads stacks by address, and modules as the loader reports them")]

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

/// Finds the caller's frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The caller's frame begins `words` above the stack pointer, or above the base pointer if `by_base`. The return address is
    /// right below that. The base pointer is saved `saved` words below, or still in its register if `saved` is 0.
    Frame { by_base: bool, words: u64, saved: u64 },
    /// There is no caller.
    Outermost,
    /// The frame does not fit this form.
    Unknown,
}

const WORDS_BITS: u32 = 17;
const SAVED_BITS: u32 = 10;

impl Rule {
    /// A non-zero number of 30 bits.
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
/// The next bit is set if the rule is in the second cell of its address.
const RULE_BITS: u32 = 3 + WORDS_BITS + SAVED_BITS;
/// All addresses of a program are below this.
const MAX_ADDRESS: u64 = 1 << 47;

/// The cached rules. Each address has two cells. A cell holds the address, the number of the cell and the rule in one word, so
/// that no thread can read half of it.
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
    // Code at the same offset of two pages would collide, so the upper part shifts the lower.
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

/// The rule for the call before a return address, from the unwind tables of its module.
fn look_up(address: u64) -> Rule {
    struct RuleSearch {
        address: u64,
        rule: Rule,
    }
    unsafe extern "C" fn module(info: *mut libc::dl_phdr_info, _: usize, search: *mut c_void) -> c_int {
        // SAFETY: the loader passes a module that stays loaded while this function runs, and the pointer that it got from `look_up`.
        let (info, search) = unsafe { (&*info, &mut *search.cast::<RuleSearch>()) };
        let headers: &[libc::Elf64_Phdr] = match info.dlpi_phnum {
            0 => &[],
            // SAFETY: the loader reports the number of headers.
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
            // The loaded bytes from an address to the end of its segment.
            let bytes = |from: u64| {
                let header = loaded(from)?;
                let end = info.dlpi_addr.wrapping_add(header.p_vaddr).wrapping_add(header.p_filesz);
                let length = usize::try_from(end.checked_sub(from)?).ok()?;
                // SAFETY: the loader has mapped this segment, and unmaps nothing during this call.
                Some(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(from as usize), length) })
            };
            search.rule = read_rule(search.address, start, bytes).unwrap_or(Rule::Unknown);
        }
        1
    }
    let mut search = RuleSearch { address: address.wrapping_sub(1), rule: Rule::Unknown };
    // SAFETY: `module` casts the pointer back to a `RuleSearch`.
    unsafe { libc::dl_iterate_phdr(Some(module), (&raw mut search).cast()) };
    search.rule
}

/// Storage for gimli on the stack. Code that needs more of it is left to the C library.
struct OnStack;

impl UnwindContextStorage<usize> for OnStack {
    type Rules = [(Register, RegisterRule<usize>); 24];
    type Stack = [UnwindTableRow<usize, Self>; 3];
}

/// Reads the rule of an address from the frame table at `start`. `bytes` returns the bytes of the module from an address on.
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
    // If a call below allocates, it must not come here again.
    STACK.set((0, 0));
    // SAFETY: the attributes are used only if the first call initialised them, and then destroyed. The pointers point to
    // local variables.
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

/// Writes the return addresses of the frames whose caller is above `mark` on the stack, innermost first. Returns the number of
/// frames that fit. `None` if it cannot unwind; then the frames are meaningless.
#[inline(never)]
pub(crate) fn trace(frames: &mut [usize], mark: usize) -> Option<usize> {
    let (mut address, mut top, mut base): (u64, usize, usize);
    // SAFETY: only registers are read.
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
        // SAFETY: the words between the stack pointer and the end of the thread's stack are mapped while this function runs. Only
        // this thread writes to them, and it is here.
        is_live.then(|| unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<usize>(at)) })
    };
    let (mut found, mut current) = (0, top);
    while found < frames.len() {
        let Rule::Frame { by_base, words, saved } = rule(address) else {
            // The outermost frame was written before.
            return (rule(address) == Rule::Outermost).then_some(found);
        };
        let above = (if by_base { base } else { current }).wrapping_add(words as usize * 8);
        // A caller's frame is above. Otherwise the rule is wrong.
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
