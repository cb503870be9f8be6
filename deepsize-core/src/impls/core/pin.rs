use core::pin::Pin;

// `Pin<&mut T>` has no impl, for the same reason as `&mut T`.
flat! { Pin<&T> where [T: ?Sized] }
