use std::sync::mpsc::{
    IntoIter, Iter, Receiver, RecvError, RecvTimeoutError, SendError, Sender, SyncSender, TryIter,
    TryRecvError, TrySendError,
};

use crate::{DeepSize, Walker};

flat! {
    RecvError, RecvTimeoutError, TryRecvError,
    /// Borrows its receiver.
    Iter<'_, T> where [T],
    /// Borrows its receiver.
    TryIter<'_, T> where [T],
}

// A channel does not expose the contents of its queue, or which ends belong together.
opaque! {
    Handle:
    IntoIter<T> where [T],
    Receiver<T> where [T],
    Sender<T> where [T],
    SyncSender<T> where [T],
}

newtype! { SendError }

impl<T: DeepSize> DeepSize for TrySendError<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (name, value) = match self {
            Self::Full(value) => ("Full", value),
            Self::Disconnected(value) => ("Disconnected", value),
        };
        walker.variant(name);
        walker.inner(value);
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}
