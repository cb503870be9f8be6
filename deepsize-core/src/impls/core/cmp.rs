use core::cmp::{Ordering, Reverse};

flat! { Ordering }

newtype! { Reverse }
