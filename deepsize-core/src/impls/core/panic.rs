use core::panic::{AssertUnwindSafe, Location};

flat! { Location<'_> }

newtype! { AssertUnwindSafe }
