//! What Rust has no safe words for: where the stack is, and what will be needed soon.
#![expect(unsafe_code, reason = "each block holds one instruction, with its proof")]

/// The stack pointer, or an address near it.
///
/// Reading the register leaves the compiler free to keep nothing on the stack: a list then becomes a loop, where the
/// address of a local variable would keep it a recursion.
#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        let pointer: usize;
        // SAFETY: the instruction copies one register to another, and touches neither memory nor flags.
        unsafe {
            core::arch::asm!("mov {}, rsp", out(reg) pointer, options(pure, nomem, nostack, preserves_flags))
        };
        pointer
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        let pointer: usize;
        // SAFETY: the instruction copies one register to another, and touches neither memory nor flags.
        unsafe {
            core::arch::asm!("mov {}, sp", out(reg) pointer, options(pure, nomem, nostack, preserves_flags))
        };
        pointer
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let marker = 0_u8;
        core::ptr::from_ref(&marker).addr()
    }
}

/// Asks the processor to have the cache line at `address` in its fastest cache soon. Any address will do, for it is only a hint.
#[inline(always)]
pub(crate) fn prefetch(address: usize) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction belongs to SSE, which the target has. It reads nothing that the program could see, and an
        // address that is not mapped makes it do nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(core::ptr::without_provenance(address)) };
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        // SAFETY: as on x86-64, the instruction is a hint without effect on registers, flags or memory.
        unsafe {
            core::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(readonly, nostack, preserves_flags));
        }
    }
    #[cfg(any(miri, not(any(all(target_arch = "x86_64", target_feature = "sse"), target_arch = "aarch64"))))]
    let _ = address;
}

/// The same, but no further than the second cache, which can wait for more lines at a time than the first.
#[inline(always)]
pub(crate) fn prefetch_near(address: usize) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: as above.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(core::ptr::without_provenance(address)) };
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        // SAFETY: as above.
        unsafe {
            core::arch::asm!("prfm pldl2keep, [{}]", in(reg) address, options(readonly, nostack, preserves_flags));
        }
    }
    #[cfg(any(miri, not(any(all(target_arch = "x86_64", target_feature = "sse"), target_arch = "aarch64"))))]
    let _ = address;
}

/// Asks for a block of so many bytes, or for the beginning of a large one; not for one at 0.
#[inline(always)]
pub(crate) fn ask_for_block(address: usize, size: usize) {
    const LINE: usize = 64;

    if address != 0 {
        prefetch_near(address);
        // Mostly the same line, or the next one. To find out costs more than to ask again.
        prefetch_near(address.wrapping_add(size.saturating_sub(1).min(2 * LINE)));
    }
}
