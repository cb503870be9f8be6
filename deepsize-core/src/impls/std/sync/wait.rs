//! Primitives without contents on which threads wait.

use std::sync::{Barrier, BarrierWaitResult, Condvar, Once, OnceState, WaitTimeoutResult};

use super::HIDES_A_BOX;
use crate::{DeepSize, Reason, Walker};

flat! { BarrierWaitResult, Once, OnceState, WaitTimeoutResult }

/// Implements `DeepSize` for types without contents, which own at most a box of the operating system's primitive.
macro_rules! waiting {
    ($($(#[$attribute:meta])* $type:ident)*) => {$(
        $(#[$attribute])*
        impl DeepSize for $type {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if HIDES_A_BOX {
                    walker.opaque(Reason::Hidden);
                }
            }

            fn is_flat() -> bool {
                !HIDES_A_BOX
            }
        }
    )*};
}

waiting! {
    /// Opaque on systems without futexes, such as macOS: it may own hidden boxes of a few dozen bytes.
    Barrier
    /// Opaque on systems without futexes, such as macOS: it may own a hidden box of a few dozen bytes.
    Condvar
}
