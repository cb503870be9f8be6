use arbitrary::Unstructured;
use nonempty::NonEmpty;

use crate::exact;
use crate::random::Random;

impl<T: Random> Random for NonEmpty<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { head: T::random(source, depth + 1), tail: Vec::random(source, depth) }
    }
}

exact! {
    lists_of_strings: NonEmpty<String>;
    lists_of_numbers: Vec<NonEmpty<u16>>;
}
