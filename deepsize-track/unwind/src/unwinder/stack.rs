//! The registers and the stack of the running thread.
#![expect(unsafe_code, reason = "reads registers, and calls the C library")]

use std::arch::asm;
use std::cell::Cell;
use std::ptr;

/// The registers that rules use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers {
    pub(crate) address: usize,
    pub(crate) stack: usize,
    pub(crate) base: usize,
}

impl Registers {
    /// The registers of the function into which this is inlined.
    #[inline(always)]
    pub(crate) fn here() -> Self {
        let (mut address, mut stack, mut base): (usize, usize, usize);
        // SAFETY: only registers are read.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            asm!(
                "lea {address}, [rip]",
                "mov {stack}, rsp",
                "mov {base}, rbp",
                address = out(reg) address,
                stack = out(reg) stack,
                base = out(reg) base,
                options(nomem, nostack, preserves_flags)
            );
            // The address of the next instruction, as a return address is.
            #[cfg(target_arch = "aarch64")]
            asm!(
                "adr {address}, #4",
                "mov {stack}, sp",
                "mov {base}, x29",
                address = out(reg) address,
                stack = out(reg) stack,
                base = out(reg) base,
                options(nomem, nostack, preserves_flags)
            );
        }
        Self { address, stack, base }
    }
}

/// A return address without its signature.
#[inline(always)]
pub(crate) fn unsigned(address: usize) -> usize {
    #[cfg(target_arch = "aarch64")]
    {
        let mut address = address;
        // SAFETY: `xpaclri` changes only `x30`. Processors without signatures ignore it.
        unsafe {
            asm!(
                "mov x30, {address}",
                "hint #7",
                "mov {address}, x30",
                address = inout(reg) address,
                out("x30") _,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
        address
    }
    #[cfg(not(target_arch = "aarch64"))]
    address
}

/// Reads the words between a thread's stack pointer and the end of its stack.
#[derive(Debug)]
pub(crate) struct Words {
    pub(super) from: usize,
    pub(super) end: usize,
}

impl Words {
    /// The words above the stack pointer of the function into which this is inlined. `None` if that is on another stack.
    #[inline(always)]
    pub(crate) fn above(from: usize) -> Option<Self> {
        let known = STACK.get();
        let (low, end) = if known.1 == 1 { find() } else { known };
        (low <= from && from < end).then_some(Self { from, end })
    }

    #[inline(always)]
    pub(crate) fn get(&self, at: usize) -> Option<usize> {
        let is_live = at >= self.from && at <= self.end - 8 && at % 8 == 0;
        // SAFETY: the words between the stack pointer and the end of the thread's stack are mapped while this function runs. Only
        // this thread writes to them, and it is here.
        is_live.then(|| unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<usize>(at)) })
    }
}

thread_local! {
    /// The bounds of this thread's stack; `(0, 0)` if it has none, `(0, 1)` before the first look-up.
    static STACK: Cell<(usize, usize)> = const { Cell::new((0, 1)) };
}

#[cold]
#[inline(never)]
fn find() -> (usize, usize) {
    // If a call below allocates, it must not come here again.
    STACK.set((0, 0));
    // SAFETY: the attributes are used only if the first call initialised them, and then destroyed. The pointers point to
    // local variables.
    let (mut low, end) = unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            return (0, 0);
        }
        let (mut start, mut size) = (ptr::null_mut(), 0);
        let code = libc::pthread_attr_getstack(&raw const attributes, &raw mut start, &raw mut size);
        libc::pthread_attr_destroy(&raw mut attributes);
        if code == 0 { (start.addr(), start.addr().saturating_add(size)) } else { (0, 0) }
    };
    if cfg!(target_env = "musl") {
        low = low.min(main_stack_start(end));
    }
    STACK.set((low, end));
    (low, end)
}

/// musl reports the present size of the main thread's stack, which still grows. This is its lowest possible address, or
/// `usize::MAX` if another stack ends at `end`.
fn main_stack_start(end: usize) -> usize {
    // The kernel maps nothing else within the limit. It puts this block right above the end that musl reports.
    const MAX_DISTANCE: usize = 1 << 16;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer points to a local variable.
    let (block, code) = unsafe {
        (libc::getauxval(libc::AT_RANDOM) as usize, libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit))
    };
    if code != 0 || end.abs_diff(block) > MAX_DISTANCE {
        return usize::MAX;
    }
    // Without a limit, the kernel maps nothing else near.
    end.saturating_sub(limit.rlim_cur.min(128 << 20) as usize)
}
