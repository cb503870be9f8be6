use core::pin::Pin;

flat! { Pin<&T> where [T: ?Sized], Pin<&mut T> where [T: ?Sized] }
