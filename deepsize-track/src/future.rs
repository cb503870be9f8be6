//! Futures that are measured while they are polled.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::profile::Scope;
use crate::region::{Measured, Region};
use crate::usage::Usage;

/// Counts the allocations and frees of a future while it is polled, on any thread.
///
/// The result is a future, which can be spawned on any runtime. Its output is the value of the future, with the usage of all
/// polls. Allocations of its thread between the polls do not count. A task that the future spawns does not count either:
/// wrap the spawned future too.
///
/// Tracked futures may be nested: the allocations of an inner future count in the outer one. The future is dropped as part of its
/// last poll.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Measured, TrackingAllocator, tracked};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// async fn load() -> Vec<u8> {
///     let scratch = vec![0_u8; 1000];
///     std::future::ready(()).await;
///     vec![1; scratch.len() / 10]
/// }
///
/// # fn main() {
/// let task = async {
///     let Measured { value, usage } = tracked(load()).await;
///     assert_eq!((value.len(), usage.net_size(), usage.peak_size), (100, 100, 1100));
/// };
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(Future::poll(std::pin::pin!(task), &mut context).is_ready());
/// # }
/// ```
pub fn tracked<F: Future>(future: F) -> Tracked<F> {
    Tracked::new(None, future)
}

/// A future whose allocations are counted. Made by [`tracked`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Tracked<F> {
    /// `None` once it is ready.
    future: Option<F>,
    polls: Polls,
}

/// The sums over the polls of a future.
#[derive(Debug)]
struct Polls {
    scope: Option<&'static str>,
    is_first: bool,
    sums: Usage,
}

/// A poll that has not ended.
struct OpenPoll<'p> {
    polls: &'p mut Polls,
    region: Region,
    _scope: Option<Scope>,
}

impl Polls {
    fn enter(&mut self) -> OpenPoll<'_> {
        let earlier = (!std::mem::take(&mut self.is_first)).then_some(self.sums.net_size());
        let scope = self.scope.map(|name| Scope::begin(name, earlier));
        let region = Region::resume(self.sums);
        OpenPoll { polls: self, region, _scope: scope }
    }
}

// Also after a panic of the future.
impl Drop for OpenPoll<'_> {
    fn drop(&mut self) {
        let usage = self.region.usage();
        self.polls.sums = Usage { peak_size: usage.peak_size.max(self.polls.sums.peak_size), ..usage };
    }
}

impl<F> Tracked<F> {
    pub(crate) fn new(scope: Option<&'static str>, future: F) -> Self {
        let polls = Polls { scope, is_first: true, sums: Usage::default() };
        Self { future: Some(future), polls }
    }

    /// The allocations and frees in the polls so far. It can also be read before an unfinished future is dropped.
    ///
    /// The net is negative if the future frees more than it allocates. The peak is the highest net after any allocation, or 0.
    pub fn usage(&self) -> Usage {
        self.polls.sums
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = Measured<F::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        #[expect(unsafe_code, reason = "a pinned field needs a projection")]
        // SAFETY: `future` is pinned whenever `self` is: it is only replaced through this pin, and nothing else is pinned. The
        // struct is `Unpin` only if `F` is.
        let (mut future, polls) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.future), &mut this.polls)
        };
        let open = polls.enter();
        let running = future.as_mut().as_pin_mut().expect("a future is not polled after it was ready");
        let Poll::Ready(value) = running.poll(context) else { return Poll::Pending };
        future.set(None);
        drop(open);
        Poll::Ready(Measured { value, usage: polls.sums })
    }
}

impl<F> Drop for Tracked<F> {
    fn drop(&mut self) {
        // A cancelled future frees its memory in its scope.
        if self.polls.scope.is_some() && self.future.is_some() && !self.polls.is_first {
            let _open = self.polls.enter();
            self.future = None;
        }
    }
}

/// A future that is polled in a [`Scope`]. Made by [`Scope::wrap`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Scoped<F>(pub(crate) Tracked<F>);

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        #[expect(unsafe_code, reason = "a pinned field needs a projection")]
        // SAFETY: the only field is pinned whenever `self` is.
        let tracked = unsafe { self.map_unchecked_mut(|scoped| &mut scoped.0) };
        tracked.poll(context).map(|measured| measured.value)
    }
}
