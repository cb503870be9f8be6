use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use crate::{DeepSize, Walker};

flat! {
    /// Borrows its waker.
    Context<'_>,
    /// A raw pointer; dropping it frees nothing.
    RawWaker,
    RawWakerVTable,
}

opaque! {
    Handle:
    /// The memory that it keeps alive depends on the executor.
    Waker,
}

impl<T: DeepSize> DeepSize for Poll<T> {
    built_in! { all_fields: ["Ready", "Pending"] }

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Ready(value) => {
                walker.variant("Ready");
                walker.inner(value);
            }
            Self::Pending => walker.variant("Pending"),
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
