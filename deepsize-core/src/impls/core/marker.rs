use core::marker::{PhantomData, PhantomPinned};

flat! { PhantomData<T> where [T: ?Sized], PhantomPinned }
