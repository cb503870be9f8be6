//! A plugin. The test sets the name of its function, and the length, so that calls are at other addresses.
#![no_std]

const LENGTH: usize = 1;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[unsafe(no_mangle)]
pub extern "C" fn entry(allocate: extern "C" fn(usize) -> *mut u8, size: usize) -> *mut u8 {
    core::hint::black_box([size; LENGTH]);
    core::hint::black_box(named(allocate, size))
}

#[inline(never)]
fn named(allocate: extern "C" fn(usize) -> *mut u8, size: usize) -> *mut u8 {
    core::hint::black_box(allocate(size))
}
