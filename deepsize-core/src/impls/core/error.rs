use core::error::Error;

erased! { Error }
