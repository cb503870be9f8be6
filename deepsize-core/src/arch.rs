//! The stack pointer and the prefetch instruction, which need `unsafe`.
#![allow(unsafe_code, reason = "each block holds one instruction, with its proof; some targets need none")]

/// The stack pointer, or an address near it.
///
/// Reading the register needs no local variable, so the compiler can turn the recursion over a list into a loop. The address
/// of a local variable would prevent that.
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

/// Prefetches the cache line at `address` into the second-level cache, which can wait for more lines than the first.
///
/// Any address is allowed, because a prefetch is only a hint.
#[inline(always)]
pub(crate) fn prefetch(address: usize) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: the instruction belongs to SSE, which the target has. It has no effect on registers, flags or memory, and
        // an unmapped address is ignored.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(core::ptr::without_provenance(address)) };
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        // SAFETY: as on x86-64, the instruction is a hint without effect on registers, flags or memory.
        unsafe {
            core::arch::asm!("prfm pldl2keep, [{}]", in(reg) address, options(readonly, nostack, preserves_flags));
        }
    }
    #[cfg(any(miri, not(any(all(target_arch = "x86_64", target_feature = "sse"), target_arch = "aarch64"))))]
    let _ = address;
}
