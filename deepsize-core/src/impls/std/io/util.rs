//! Adaptors of readers, and empty readers and writers.

use std::io::{Bytes, Chain, Empty, Lines, Repeat, Sink, Split, Take};

use crate::{DeepSize, Walker};

flat! { Empty, Repeat, Sink }

unseen! {
    Hidden:
    Bytes<R> where [R: DeepSize] => R;
    Lines<B> where [B: DeepSize] => B;
    Split<B> where [B: DeepSize] => B;
}

impl<T: DeepSize, U: DeepSize> DeepSize for Chain<T, U> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (first, second) = self.get_ref();
        walker.field("first", first);
        walker.field("second", second);
    }

    fn is_flat() -> bool {
        T::is_flat() && U::is_flat()
    }
}

impl<T: DeepSize> DeepSize for Take<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.get_ref());
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}
