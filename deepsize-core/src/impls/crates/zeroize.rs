//! `zeroize` 1: exact.

use zeroize::{Zeroize, Zeroizing};

use crate::DeepSize;

delegates! { |this: Zeroizing<T> where [T: DeepSize + Zeroize]| &**this => T; }
