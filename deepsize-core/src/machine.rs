//! What Rust has no safe words for: where the stack is.
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
