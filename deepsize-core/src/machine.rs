//! What Rust has no safe words for: where the stack is, what will be needed soon, and several comparisons at once.
#![expect(unsafe_code, reason = "each block holds one instruction or a few, with its proof")]

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

/// Whether one of these eight numbers is the key, without a branch on which one.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) fn is_among(numbers: &[[usize; 4]; 2], key: usize) -> bool {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
    {
        use core::arch::x86_64::{
            __m128i, _mm_cmpeq_epi32, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32,
            _mm_set1_epi64x,
        };
        let pairs = core::ptr::from_ref(numbers).cast::<__m128i>();
        // SAFETY: the instructions belong to SSE2, which the target has. The eight numbers are four times the sixteen bytes that a
        // load reads, at any alignment.
        let halves = unsafe {
            let key = _mm_set1_epi64x(key as i64);
            let equal = |pair| _mm_cmpeq_epi32(_mm_loadu_si128(pairs.add(pair)), key);
            let (low, high) = (_mm_packs_epi32(equal(0), equal(1)), _mm_packs_epi32(equal(2), equal(3)));
            _mm_movemask_epi8(_mm_packs_epi16(low, high))
        };
        // A bit for each half of a number, both of which have to be equal.
        halves & (halves >> 1) & 0x5555 != 0
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2", not(miri))))]
    {
        let differ = numbers.as_flattened().iter().fold(usize::MAX, |differ, &number| {
            let difference = number ^ key;
            differ & (difference | difference.wrapping_neg())
        });
        differ >> (usize::BITS - 1) == 0
    }
}

#[cfg(all(test, feature = "alloc", target_pointer_width = "64"))]
mod tests {
    use super::is_among;

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        let others = [[1, 2, 3 << 32, 4], [usize::MAX, usize::MAX - 1, 5 << 33 | 6, 0]];
        for place in 0..8 {
            for key in [7_usize << 32 | 8, 7 << 32, 8, usize::MAX >> 1, 0x8000_0000, 0xFFFF_FFFF] {
                let mut numbers = others;
                assert!(!is_among(&numbers, key), "{key:#x}");
                numbers.as_flattened_mut()[place] = key;
                assert!(is_among(&numbers, key), "{key:#x} at {place}");
                // One half alone, or each in another number, is not the key.
                numbers.as_flattened_mut()[place] = key ^ 1;
                assert!(!is_among(&numbers, key), "{key:#x} at {place}");
                numbers.as_flattened_mut()[place] = key ^ 1 << 40;
                numbers.as_flattened_mut()[(place + 1) % 8] = key ^ 1;
                assert!(!is_among(&numbers, key), "{key:#x} at {place}");
            }
        }
    }
}
