//! Primitives without contents on which threads wait.

use std::sync::{Barrier, BarrierWaitResult, Condvar, Once, OnceState, WaitTimeoutResult};

use super::{HIDES_A_BOX, walk_hidden_boxes};
use crate::{DeepSize, Walker};

flat! { BarrierWaitResult, Once, OnceState, WaitTimeoutResult }

/// Implements `DeepSize` for types without contents, which own at most a box of the operating system's primitive.
macro_rules! waiting {
    ($($(#[$attribute:meta])* $type:ident: $boxes:literal;)*) => {$(
        $(#[$attribute])*
        impl DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_hidden_boxes(walker, $boxes);
            }

            fn is_flat() -> bool {
                !HIDES_A_BOX
            }
        }
    )*};
}

waiting! {
    /// A lower bound on systems without futexes, such as macOS: it may own two hidden boxes of a few dozen bytes.
    Barrier: 2;
    /// A lower bound on systems without futexes, such as macOS: it may own a hidden box of a few dozen bytes.
    Condvar: 1;
}
