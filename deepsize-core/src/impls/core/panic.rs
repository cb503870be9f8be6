use core::panic::{AssertUnwindSafe, Location};

use crate::DeepSize;

flat! { Location<'_> }

newtype! { AssertUnwindSafe }
