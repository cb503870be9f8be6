use core::convert::Infallible;

flat! { Infallible }
