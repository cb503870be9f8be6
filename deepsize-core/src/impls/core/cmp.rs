use core::cmp::{Ordering, Reverse};

use crate::DeepSize;

flat! { Ordering }

newtype! { Reverse }
