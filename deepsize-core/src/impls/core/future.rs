use core::future::{Future, Pending, Ready};

use crate::DeepSize;

flat! { Pending<T> where [T] }

unseen! {
    Hidden:
    Ready<T> where [T: DeepSize] => T;
}

erased! { Future<Output = T> where [T] }
