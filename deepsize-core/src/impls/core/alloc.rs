use core::alloc::{Layout, LayoutError};

flat! { Layout, LayoutError }
