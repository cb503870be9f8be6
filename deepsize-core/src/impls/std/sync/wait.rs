//! What threads wait for each other with.

use std::sync::{Barrier, BarrierWaitResult, Condvar, Once, OnceState, WaitTimeoutResult};

use super::HIDES_A_BOX;
use crate::{DeepSize, Reason, Walker};

flat! { BarrierWaitResult, Once, OnceState, WaitTimeoutResult }

/// Implements `DeepSize` for types that own nothing but what their system needs.
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
    /// Where the system has no futexes, as on macOS, it may own hidden boxes of a few dozen bytes, and is opaque.
    Barrier
    /// Where the system has no futexes, as on macOS, it may own a hidden box of a few dozen bytes, and is opaque.
    Condvar
}
