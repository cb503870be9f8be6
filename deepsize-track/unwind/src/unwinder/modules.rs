//! Unwind rules from the tables of the loaded modules.
#![expect(unsafe_code, reason = "reads modules as the loader reports them")]

use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;

use gimli::{
    BaseAddresses, CfaRule, EhFrame, EhFrameHdr, EhFrameOffset, NativeEndian, Register, RegisterRule,
    UnwindContext, UnwindContextStorage, UnwindSection, UnwindTableRow,
};

use super::rule::Rule;

/// Do traces include an outermost frame without unwind instructions? Static programs with musl contain LLVM's unwinder, which
/// leaves it out.
pub(crate) const LISTS_ALL: bool = !cfg!(all(target_env = "musl", target_feature = "crt-static"));

/// The entry of an address in the list of modules, and in the tables of its module.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) rule: Rule,
    /// May the module of the address be unloaded while the program runs?
    pub(crate) is_unloadable: bool,
    /// The number of modules that have been unloaded so far. musl never unloads any.
    pub(crate) unloaded: u64,
}

/// The number of modules that have been unloaded so far.
pub(crate) fn unloaded() -> u64 {
    let mut unloaded = 0;
    each_module(&mut |info| {
        unloaded = info.dlpi_subs;
        true
    });
    unloaded
}

/// The rule for the call before a return address, from the unwind tables of its module.
pub(crate) fn look_up(address: u64) -> Lookup {
    let mut found = Lookup { rule: Rule::Unknown, is_unloadable: true, unloaded: 0 };
    each_module(&mut |info| {
        found.unloaded = info.dlpi_subs;
        let headers: &[libc::Elf64_Phdr] = match info.dlpi_phnum {
            0 => &[],
            // SAFETY: the loader reports the number of headers.
            count => unsafe { slice::from_raw_parts(info.dlpi_phdr, usize::from(count)) },
        };
        let loaded = |address: u64| {
            headers.iter().find(|header| {
                let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
                header.p_type == libc::PT_LOAD
                    && (start..start.wrapping_add(header.p_memsz)).contains(&address)
            })
        };
        if loaded(address.wrapping_sub(1)).is_none() {
            return false;
        }
        // The loaded bytes from an address to the end of its segment.
        let bytes = |from: u64| {
            let header = loaded(from).filter(|header| header.p_flags & libc::PF_R != 0)?;
            let end = info.dlpi_addr.wrapping_add(header.p_vaddr).wrapping_add(header.p_filesz);
            let length = usize::try_from(end.checked_sub(from)?).ok()?;
            // SAFETY: the loader has mapped this readable segment, and unmaps nothing during this call.
            Some(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(from as usize), length) })
        };
        // These modules are not unloaded while this code runs. Older C libraries have a module for threads.
        let permanent = [
            crate::trace as *const () as u64,
            libc::dl_iterate_phdr as *const () as u64,
            libc::pthread_getattr_np as *const () as u64,
        ];
        found.is_unloadable = !permanent.into_iter().any(|function| loaded(function).is_some());
        /// `PT_GNU_EH_FRAME` of the C library's `elf.h`.
        const FRAMES: u32 = 0x6474_E550;
        if let Some(header) = headers.iter().find(|header| header.p_type == FRAMES) {
            let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
            found.rule = read_rule(address, start, bytes).unwrap_or(Rule::Unknown);
        }
        true
    });
    found
}

/// Visits the loaded modules until `visit` returns `true`.
fn each_module(visit: &mut dyn FnMut(&libc::dl_phdr_info) -> bool) {
    unsafe extern "C" fn module(info: *mut libc::dl_phdr_info, _: usize, visit: *mut c_void) -> c_int {
        // SAFETY: the loader passes a module that stays loaded while this function runs, and the pointer that it got.
        let (info, visit) =
            unsafe { (&*info, &mut *visit.cast::<&mut dyn FnMut(&libc::dl_phdr_info) -> bool>()) };
        c_int::from(visit(info))
    }
    let mut visit = visit;
    // SAFETY: `module` casts the pointer back to its type.
    unsafe { libc::dl_iterate_phdr(Some(module), (&raw mut visit).cast()) };
}

/// Storage for gimli on the stack. Code that needs more of it is left to other unwinders.
struct OnStack;

impl UnwindContextStorage<usize> for OnStack {
    type Rules = [(Register, RegisterRule<usize>); 24];
    type Stack = [UnwindTableRow<usize, Self>; 3];
}

/// The numbers of the stack pointer, the base pointer and the return address, and the code to which a signal handler returns.
#[cfg(target_arch = "x86_64")]
const MACHINE: (Register, Register, Register, &[u8]) =
    (gimli::X86_64::RSP, gimli::X86_64::RBP, gimli::X86_64::RA, b"\x48\xC7\xC0\x0F\0\0\0\x0F\x05");
#[cfg(target_arch = "aarch64")]
const MACHINE: (Register, Register, Register, &[u8]) =
    (gimli::AArch64::SP, gimli::AArch64::X29, gimli::AArch64::X30, b"\x68\x11\x80\xD2\x01\0\0\xD4");

/// Reads the rule for the call before a return address from the frame table at `start`. `bytes` returns the bytes of the module
/// from an address on.
pub(crate) fn read_rule<'m>(
    address: u64,
    start: u64,
    bytes: impl Fn(u64) -> Option<&'m [u8]>,
) -> Option<Rule> {
    let (stack, base, link, signal_return) = MACHINE;
    // musl has no unwind instructions for it.
    if bytes(address).is_some_and(|code| code.starts_with(signal_return)) {
        return None;
    }
    let address = address.wrapping_sub(1);
    let bases = BaseAddresses::default().set_eh_frame_hdr(start);
    let header = EhFrameHdr::new(bytes(start)?, NativeEndian).parse(&bases, 8).ok()?;
    let gimli::Pointer::Direct(frames_start) = header.eh_frame_ptr() else { return None };
    let bases = bases.set_eh_frame(frames_start);
    let mut frames = EhFrame::new(bytes(frames_start)?, NativeEndian);
    frames.set_vendor(if cfg!(target_arch = "aarch64") {
        gimli::Vendor::AArch64
    } else {
        gimli::Vendor::Default
    });
    let gimli::Pointer::Direct(entry) = header.table()?.lookup(address, &bases).ok()? else { return None };
    let entry = EhFrameOffset(usize::try_from(entry.checked_sub(frames_start)?).ok()?);
    let entry = frames.fde_from_offset(&bases, entry, EhFrame::cie_from_offset).ok()?;
    if !entry.contains(address) {
        // Other unwinders end their traces here, too. All code of musl is like this.
        return Some(Rule::Outermost { is_listed: LISTS_ALL });
    }
    if entry.is_signal_trampoline() || entry.cie().return_address_register() != link {
        return None;
    }
    let mut context = UnwindContext::<usize, OnStack>::new_in();
    let row = entry.unwind_info_for_address(&frames, &bases, &mut context, address).ok()?;
    let saved_at = |register| row.registers().find(|known| known.0 == register).map(|known| &known.1);
    // The number of words from a place below the caller's frame to its beginning.
    let words_below = |offset: i64| (offset < 0 && offset % 8 == 0).then_some(offset.unsigned_abs() / 8);
    let link = match saved_at(link) {
        None | Some(RegisterRule::Undefined) => return Some(Rule::Outermost { is_listed: true }),
        Some(&RegisterRule::Offset(offset)) => words_below(offset)?,
        _ => return None,
    };
    let base_saved = match saved_at(base) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => 0,
        Some(&RegisterRule::Offset(offset)) => words_below(offset)?,
        _ => return None,
    };
    let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else { return None };
    if register != stack && register != base {
        return None;
    }
    let size = words_below(offset.checked_neg()?)?;
    Some(Rule::Frame { by_base: register == base, size, link, base: base_saved })
}
