//! The allocator of the GNU C library.

/// The bytes in blocks, and the bytes of all its arenas and single mappings. `None` if the C library is another or too old.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn in_use_and_mapped() -> Option<(u64, u64)> {
    // The function is new in glibc 2.33, so a program that links it would not start with an older one.
    #[expect(unsafe_code, reason = "a function of the C library")]
    // SAFETY: the name ends with a zero byte. If the function exists, it has this type, and it has no requirements.
    let info = unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"mallinfo2".as_ptr());
        if function.is_null() {
            return None;
        }
        std::mem::transmute::<*mut libc::c_void, extern "C" fn() -> libc::mallinfo2>(function)()
    };
    let sum = |one: usize, other: usize| (one as u64).saturating_add(other as u64);
    Some((sum(info.uordblks, info.hblkhd), sum(info.arena, info.hblkhd)))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn in_use_and_mapped() -> Option<(u64, u64)> {
    None
}

/// The size of a header. A block starts after the sizes of the block before it and of itself. It ends with the first of the next block.
const HEADER: usize = size_of::<usize>();
/// The smallest block with a mapping of its own, if the program does not change the limit.
const MIN_MAPPED: usize = 128 << 10;

/// The bytes of a block with its header: `request2size` and `sysmalloc_mmap` of glibc 2.41's `malloc.c`.
///
/// It is a lower bound. A block is up to 16 bytes larger if the rest of a free block would be too small, or twice that if its alignment exceeds 16.
pub(super) fn block_size(address: usize, size: usize, page: usize) -> u64 {
    const ALIGN: usize = if cfg!(target_arch = "x86") { 16 } else { 2 * HEADER };
    const MIN: usize = (4 * HEADER).next_multiple_of(ALIGN);
    let round = |size: usize, unit| size.checked_next_multiple_of(unit).unwrap_or(size);
    let block = round(size.saturating_add(HEADER), ALIGN).max(MIN);
    // Behind the two sizes at the begin of a page. By chance, one of 256 large blocks in an arena is there too.
    let is_mapped = size >= MIN_MAPPED && page > 0 && address % page == 2 * HEADER;
    let block = if is_mapped { round(block.saturating_add(HEADER), page) } else { block };
    block as u64
}
