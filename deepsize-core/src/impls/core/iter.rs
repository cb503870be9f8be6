use core::iter::{
    Chain, Cloned, Copied, Cycle, DoubleEndedIterator, Empty, Enumerate, ExactSizeIterator, Fuse,
    FusedIterator, Peekable, Rev, Skip, StepBy, Take, Zip,
};

use crate::DeepSize;

flat! { Empty<T> where [T] }

// These adaptors do not expose the wrapped iterator, and add no memory to it. So an adaptor over a borrowing iterator is
// flat, such as `Peekable<Chars>` in a lexer.
unseen! {
    Hidden:
    Chain<A, B> where [A: DeepSize, B: DeepSize] => A, B;
    Cloned<I> where [I: DeepSize] => I;
    Copied<I> where [I: DeepSize] => I;
    Cycle<I> where [I: DeepSize] => I;
    Enumerate<I> where [I: DeepSize] => I;
    Fuse<I> where [I: DeepSize] => I;
    Peekable<I> where [I: DeepSize + Iterator<Item: DeepSize>] => I, I::Item;
    Rev<I> where [I: DeepSize] => I;
    Skip<I> where [I: DeepSize] => I;
    StepBy<I> where [I: DeepSize] => I;
    Take<I> where [I: DeepSize] => I;
    Zip<A, B> where [A: DeepSize, B: DeepSize] => A, B;
}

erased! {
    Iterator<Item = T> where [T],
    DoubleEndedIterator<Item = T> where [T],
    ExactSizeIterator<Item = T> where [T],
    FusedIterator<Item = T> where [T],
}
