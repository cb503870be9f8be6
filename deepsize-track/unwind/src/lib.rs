//! A fast unwinder, which an allocator may call for each allocation.
//!
//! The system's unwinder, libgcc's or LLVM's, looks up each frame again, and interprets its unwind instructions. That takes
//! about 100 ns. [`trace`] caches the result for each return address in one word. It holds the distance of the
//! caller's frame from the stack or the base pointer. It also holds the positions of the saved base pointer and the return address.
//!
//! Nearly all code fits this form. For other code, [`trace`] returns `None`, and the caller takes a slower unwinder, such as
//! `backtrace`. The same holds for foreign stacks, such as a signal's or a coroutine's.
//!
//! - **Allocations:** none. The cache is static, and takes 128 KiB.
//! - **Stack access:** reads stay between the stack pointer and the end of the thread's stack, even if a rule is wrong.
//! - **Signals:** a handler may call it. If it interrupts a look-up, the result is `None`.
//! - **Forks:** see [`before_fork`].
//! - **Unloaded modules:** a trace checks whether a module was unloaded, and then forgets the rules. The check takes about
//!   10 ns and a lock of the loader. Traces through only the C library and the module with this crate do without it.
//!
//! # Targets
//!
//! x86-64 and AArch64 Linux, with the GNU C library or musl. On other targets, such as macOS and Windows, [`IS_SUPPORTED`] is
//! `false`, and [`trace`] always returns `None`.
//!
//! # Why not another crate
//!
//! - `backtrace` calls the system's unwinder: about 100 ns a frame.
//! - `framehop` 0.16 caches rules, too, in a cache of 509 addresses for each thread. It takes 9 ns a frame where this crate takes 6.
//!   Its cache and its list of modules are boxes, which an allocator should not make. It needs Rust 1.88. Its caller has to find the
//!   modules, their changes, and the bounds of the stack: most of this crate.
//! - Crates that follow base pointers need a program and a standard library that are compiled with them.

#![deny(unsafe_code)]

#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        any(target_env = "gnu", target_env = "musl")
    )),
    path = "unsupported.rs"
)]
mod unwinder;

/// Whether [`trace`] can unwind on this target.
pub const IS_SUPPORTED: bool = unwinder::IS_SUPPORTED;

/// Writes the return addresses of the frames whose caller is above the stack address `above`, innermost first. Returns the number
/// of frames that fit, or `None` if it cannot unwind. Then the contents of `frames` are unspecified.
///
/// A frame costs about 6 ns. An address that is not in the cache costs about a microsecond.
///
/// # Examples
///
/// ```
/// let mark = 0_u8;
/// let mut frames = [0; 64];
/// match deep_size_unwind::trace(&mut frames, std::ptr::from_ref(&mark).addr()) {
///     Some(found) => println!("{:x?}", &frames[..found]),
///     None => println!("take another unwinder"),
/// }
/// ```
#[inline(never)]
pub fn trace(frames: &mut [usize], above: usize) -> Option<usize> {
    unwinder::trace(frames, above)
}

/// Waits until no thread is inside a look-up, and keeps others from beginning one, until [`after_fork`]. Call it before `fork`, so
/// that the child does not inherit a lock of the loader. Traces meanwhile find only addresses in the cache.
///
/// # Examples
///
/// ```
/// deep_size_unwind::before_fork();
/// // Call `fork` here. Then, in both processes:
/// deep_size_unwind::after_fork();
/// ```
pub fn before_fork() {
    unwinder::lock();
}

/// Allows look-ups again, after [`before_fork`].
pub fn after_fork() {
    unwinder::unlock();
}

/// For the fuzzer only.
#[cfg(fuzzing)]
pub mod fuzzing {
    /// The address of the unwind tables.
    pub const MODULE: u64 = 0x10_0000;

    /// Walks over the words of a stack with unwind tables at `MODULE`. Begins at a return address, with a base pointer.
    pub fn walk(
        tables: &[u8],
        address: u64,
        base: usize,
        words: &[usize],
        frames: &mut [usize],
    ) -> Option<usize> {
        crate::unwinder::walk_with(tables, address, base, words, frames)
    }
}
