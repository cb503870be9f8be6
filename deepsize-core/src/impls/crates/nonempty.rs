//! `nonempty` 0.12: exact.

use nonempty::NonEmpty;

use crate::DeepSize;

fields! { NonEmpty<T> where [T: DeepSize] { head, tail } }
