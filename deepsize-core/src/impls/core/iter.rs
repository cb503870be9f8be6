use core::iter::{DoubleEndedIterator, Empty, ExactSizeIterator, FusedIterator};

flat! { Empty<T> where [T] }

erased! {
    Iterator<Item = T> where [T],
    DoubleEndedIterator<Item = T> where [T],
    ExactSizeIterator<Item = T> where [T],
    FusedIterator<Item = T> where [T],
}
