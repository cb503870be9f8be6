use core::error::Error;

erased! { Error }
erased! { unwind_safe: Error }
