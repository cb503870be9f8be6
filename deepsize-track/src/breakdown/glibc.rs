//! The allocator of the GNU C library.

/// The bytes in use, and the bytes of all arenas and mapped blocks. `None` if the C library is another one or too old.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn in_use_and_mapped() -> Option<(u64, u64)> {
    // glibc has this function since version 2.33. A program that links it would not start with an older one.
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

/// The size of a header field. A block follows two fields: the size of the previous block, and its own. It also uses the first field of the
/// next block.
const HEADER: usize = size_of::<usize>();
/// The alignment of blocks, and the offset of a block in its own mapping.
const ALIGN: usize = if cfg!(target_arch = "x86") { 16 } else { 2 * HEADER };
/// The smallest block in its own mapping, if the program does not change the limit.
const MIN_MAPPED: usize = 128 << 10;

/// The bytes of a block with its header: `request2size` and `sysmalloc_mmap` of glibc 2.41's `malloc.c`.
///
/// A block is up to 16 bytes larger if they would be too few for a free block. With an alignment above 16, it is up to 32 bytes larger.
pub(super) fn block_size(address: usize, size: usize, page: usize) -> u64 {
    const MIN: usize = (4 * HEADER).next_multiple_of(ALIGN);
    let round = |size: usize, unit| size.checked_next_multiple_of(unit).unwrap_or(size);
    let block = round(size.saturating_add(HEADER), ALIGN).max(MIN);
    // By chance, one of 256 large blocks in an arena has this offset too.
    let is_mapped = size >= MIN_MAPPED && page > 0 && address % page == ALIGN;
    let room_to_align = if ALIGN > 2 * HEADER { ALIGN - 1 } else { 0 };
    let block = if is_mapped { round(block.saturating_add(HEADER + room_to_align), page) } else { block };
    block as u64
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::{ALIGN, HEADER, MIN_MAPPED, block_size};
    use crate::resident::page_size;

    /// The size of a block with its header, and whether it has its own mapping, read from the allocator.
    fn truth(block: *const u8) -> (u64, bool) {
        #[expect(unsafe_code, reason = "reads the header of a block")]
        // SAFETY: tests use the allocator of the system, which has a header before each live block.
        let (usable, header) = unsafe {
            let usable = libc::malloc_usable_size(block.cast_mut().cast());
            (usable, block.cast::<usize>().sub(1).read())
        };
        let is_mapped = header & 2 != 0;
        ((usable + if is_mapped { ALIGN } else { HEADER }) as u64, is_mapped)
    }

    #[test]
    fn sizes_of_blocks_are_those_of_the_allocator() {
        let page = page_size().unwrap();
        let mut random = 1_u64;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        for _ in 0..50_000 {
            // Small sizes are as likely as large ones.
            let most = 1 << (next() % 20);
            blocks.push(Vec::with_capacity(1 + (next() % most) as usize));
            if next() % 2 == 0 {
                let at = next() as usize % blocks.len();
                blocks.swap_remove(at);
            }
        }
        blocks.extend((0..20).map(|megabytes| Vec::with_capacity(megabytes * 1_000_000)));
        let mut mapped_blocks = 0;
        for block in blocks.iter().filter(|block| block.capacity() > 0) {
            let (address, size) = (block.as_ptr().addr(), block.capacity());
            let (truth, is_mapped) = truth(block.as_ptr());
            let missing = truth as i64 - block_size(address, size, page) as i64;
            if is_mapped {
                mapped_blocks += 1;
                assert_eq!(missing, 0, "{size}");
            } else if size >= MIN_MAPPED && address % page == ALIGN {
                assert!((-(page as i64)..=0).contains(&missing), "{size}: {missing}");
            } else {
                assert!([0, 16].contains(&missing), "{size}: {missing}");
            }
        }
        assert!(mapped_blocks > 0);
    }
}
