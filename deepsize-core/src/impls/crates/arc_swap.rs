//! `arc-swap` 1: exact.
//!
//! The block of the currently stored `Arc` or `Rc`, counted once, like any handle of that type. The first load in a thread
//! allocates about 200 bytes of state for the thread, even if the load is for measuring. That state is never freed and belongs
//! to no value.

use alloc::rc::Rc;
use alloc::sync::Arc;

use arc_swap::strategy::Strategy;
use arc_swap::{ArcSwapAny, RefCnt};

use crate::{DeepSize, SharedBlock, Walker};

/// Implements `DeepSize` for storages of a reference-counted handle, and of an optional one.
macro_rules! storages {
    ($($handle:ident, $of:ident, $walk:ident;)*) => {$(
        /// Reports the handle without the temporary handle that the load created.
        fn $walk<T: DeepSize>(handle: &$handle<T>, walker: &mut Walker<'_>) {
            let block = SharedBlock::$of(handle);
            walker.shared(block.with_strong_count($handle::strong_count(handle).saturating_sub(1).max(1)), &**handle);
        }

        impl<T: DeepSize, S: Strategy<$handle<T>>> DeepSize for ArcSwapAny<$handle<T>, S>
        where
            $handle<T>: RefCnt,
        {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                $walk(&self.load_full(), walker);
            }
        }

        impl<T: DeepSize, S: Strategy<Option<$handle<T>>>> DeepSize for ArcSwapAny<Option<$handle<T>>, S>
        where
            Option<$handle<T>>: RefCnt,
        {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if let Some(handle) = self.load_full() {
                    $walk(&handle, walker);
                }
            }
        }
    )*};
}

storages! {
    Arc, of_arc, walk_arc;
    Rc, of_rc, walk_rc;
}
