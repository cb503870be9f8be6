//! `futures` 0.3: lower bounds, each with an opaque part.
//!
//! - `Mutex`: its contents, unless it is locked elsewhere. The queue of waiting tasks is opaque.
//! - Channels, abort handles and sets of futures are opaque.

use futures::channel::{mpsc, oneshot};
use futures::future::{AbortHandle, AbortRegistration, Aborted};
use futures::lock::Mutex;
use futures::stream::{FuturesOrdered, FuturesUnordered};
use futures::task::AtomicWaker;

use crate::{DeepSize, Reason, Walker};

/// The contents, unless locked elsewhere. The queue of waiting tasks is opaque.
impl<T: DeepSize + ?Sized> DeepSize for Mutex<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.try_lock() {
            Some(value) => walker.inner(&*value),
            None => walker.opaque(Reason::Locked),
        }
        walker.opaque(Reason::Hidden);
    }
}

opaque! {
    Handle:
    AbortHandle,
    AbortRegistration,
    AtomicWaker,
    FuturesOrdered<F> where [F: futures::Future],
    FuturesUnordered<F> where [F],
    mpsc::Receiver<T> where [T],
    mpsc::Sender<T> where [T],
    mpsc::UnboundedReceiver<T> where [T],
    mpsc::UnboundedSender<T> where [T],
    oneshot::Receiver<T> where [T],
    oneshot::Sender<T> where [T],
}

unseen! {
    Hidden:
    mpsc::TrySendError<T> where [T: DeepSize] => T;
}

flat! { Aborted, mpsc::SendError, oneshot::Canceled }
