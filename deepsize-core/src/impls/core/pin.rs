use core::pin::Pin;

// None for `Pin<&mut T>`, for the reason that `&mut T` has none.
flat! { Pin<&T> where [T: ?Sized] }
