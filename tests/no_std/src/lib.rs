//! Proves that `deep-size-core` needs no `std`. With `std`, this crate would have two panic handlers and not compile.
#![no_std]

use core::panic::PanicInfo;

use deep_size_core::DeepSize;

/// Measures a value that needs only `core`.
#[unsafe(no_mangle)]
pub extern "C" fn measure(number: u64) -> usize {
    (Some(number), [number; 4], "text").deep_size()
}

/// Measures values on the heap.
#[cfg(feature = "alloc")]
#[unsafe(no_mangle)]
pub extern "C" fn measure_heap(length: usize) -> usize {
    extern crate alloc;

    let shared: alloc::sync::Arc<str> = "text".into();
    alloc::vec![shared; length].deep_size()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

#[cfg(feature = "alloc")]
mod allocator {
    use core::alloc::{GlobalAlloc, Layout};

    /// Fails every allocation. This crate is built and never run.
    struct Nothing;

    #[global_allocator]
    static ALLOCATOR: Nothing = Nothing;

    // SAFETY: null reports failure, so there is never a block to free.
    unsafe impl GlobalAlloc for Nothing {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            core::ptr::null_mut()
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }
}
