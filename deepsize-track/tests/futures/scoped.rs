//! Scopes of futures.

use std::future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use deep_size_track::{Profile, Row, Scope, scope};

use super::bytes;
use super::executor::{output, poll_once, run, yield_now};

/// Calls, allocated bytes, freed bytes, peak, and bytes allocated by the scope itself.
#[track_caller]
fn figures(path: &[&str]) -> (u64, u64, u64, u64, u64) {
    let profile = Profile::take();
    let row = profile.find(path).unwrap_or_else(|| panic!("{path:?} was not entered:\n{profile}"));
    let Row { calls, allocated_size, freed_size, peak_size, self_allocated_size, .. } = *row;
    (calls, allocated_size, freed_size, peak_size, self_allocated_size)
}

#[test]
fn the_polls_of_a_future_are_one_call_over_all_threads() {
    let future = Scope::wrap("one call", async {
        let kept = bytes(1000);
        yield_now().await;
        // At the highest point, both blocks are live, though another thread allocated the first.
        drop(bytes(300));
        yield_now().await;
        Scope::wrap("inside", async {
            drop(bytes(20));
            yield_now().await;
        })
        .await;
        drop(kept);
        7
    });
    let (value, polled_on) = output(future);
    assert!(value == 7 && polled_on[0] != polled_on[1]);
    assert_eq!(figures(&["one call"]), (1, 1320, 1320, 1300, 1300));
    assert_eq!(figures(&["one call", "inside"]), (1, 20, 20, 20, 20));
}

#[test]
fn many_tasks_share_a_row() {
    let task = |size: usize| {
        let future = Scope::wrap("shared row", async move {
            for _ in 0..5 {
                let held = bytes(size);
                yield_now().await;
                scope!("sync part", drop(bytes(1)));
                drop(held);
            }
        });
        Box::pin(future) as _
    };
    let panics = Scope::wrap("panics on a thread", async {
        let held = bytes(123);
        yield_now().await;
        if held.is_empty() {
            std::panic::resume_unwind(Box::new(()));
        }
    });
    run((1..=30).map(task).chain([Box::pin(panics) as _]).collect());
    assert_eq!(figures(&["panics on a thread"]).0, 1);
    let sum = 5 * (1..=30).sum::<u64>();
    assert_eq!(figures(&["shared row"]), (30, sum + 150, sum + 150, 31, sum));
    assert_eq!(figures(&["shared row", "sync part"]), (150, 150, 150, 1, 150));
}

#[test]
fn the_macro_wraps_async_blocks() {
    let text = String::from("text");
    let mut future = Box::pin(scope!("async block", async {
        yield_now().await;
        bytes(text.len()).capacity()
    }));
    assert!(poll_once(future.as_mut()).is_pending() && poll_once(future.as_mut()).is_ready());
    drop(future);
    assert_eq!(output(scope!("async move block", async move { text.len() })).0, 4);
    assert_eq!(figures(&["async block"]), (1, 4, 4, 4, 4));
    assert_eq!(figures(&["async move block"]), (1, 0, 4, 0, 0));
}

#[test]
fn a_cancelled_future_frees_its_memory_in_its_scope() {
    let mut future = Box::pin(Scope::wrap("cancelled", async {
        let _held = bytes(500);
        future::pending::<()>().await;
    }));
    assert!(poll_once(future.as_mut()).is_pending());
    assert_eq!(figures(&["cancelled"]), (1, 500, 0, 500, 500));
    drop(future);
    assert_eq!(figures(&["cancelled"]), (1, 500, 500, 500, 500));
    // A future that was never polled has no row.
    let held = bytes(10);
    drop(Scope::wrap("never polled", async move { drop(held) }));
    assert!(Profile::take().find(&["never polled"]).is_none());
}

#[test]
fn a_panic_in_a_poll_ends_the_scope() {
    let mut future = Box::pin(Scope::wrap("panics in a poll", async {
        let _held = bytes(300);
        scope!("panics inside");
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut()))).is_err());
    scope!("after the panic", drop(bytes(5)));
    assert_eq!(figures(&["after the panic"]), (1, 5, 5, 5, 5));
    let (calls, _, freed, ..) = figures(&["panics in a poll"]);
    assert_eq!((calls, freed), (1, 300));
}

#[test]
fn a_poll_inside_another_scope_counts_there_too() {
    scope!("around", {
        let mut future = pin!(Scope::wrap("polled", async {
            let held = bytes(90);
            yield_now().await;
            drop(held);
        }));
        assert!(poll_once(future.as_mut()).is_pending());
        let between = bytes(7);
        assert!(poll_once(future.as_mut()).is_ready());
        drop(between);
    });
    assert_eq!(figures(&["around"]), (1, 97, 97, 97, 7));
    assert_eq!(figures(&["around", "polled"]), (1, 90, 90, 90, 90));
}

#[test]
fn a_scope_that_frees_given_memory_has_no_peak() {
    let given = bytes(4000);
    output(Scope::wrap("frees given memory", async move {
        drop(given);
        yield_now().await;
        drop(bytes(100));
    }));
    assert_eq!(figures(&["frees given memory"]), (1, 100, 4100, 0, 100));
}

#[cfg(feature = "macros")]
mod attribute {
    use std::future::poll_fn;
    use std::task::Poll;

    use deep_size_track::profile_memory;

    use super::*;

    #[profile_memory("async attribute")]
    async fn fetch(text: Vec<u8>, _unused: Vec<u8>) -> usize {
        let held = bytes(1000);
        yield_now().await;
        drop(bytes(50));
        yield_now().await;
        drop(held);
        text.capacity()
    }

    struct Service(Vec<u8>);

    impl Service {
        #[profile_memory("async method")]
        async fn serve(self, mut count: usize) -> usize {
            count += self.0.capacity();
            yield_now().await;
            count
        }
    }

    #[profile_memory("returns a future")]
    fn later(size: usize) -> impl Future<Output = usize> + Send {
        async move {
            let held = bytes(size);
            yield_now().await;
            held.capacity()
        }
    }

    /// As `#[async_trait]` expands it.
    #[profile_memory("boxed future")]
    fn boxed<'a>(size: &'a usize) -> std::pin::Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
        Box::pin(async move {
            let held = bytes(*size);
            yield_now().await;
            held.capacity()
        })
    }

    #[test]
    fn an_async_function_counts_over_all_threads_and_polls() {
        assert_eq!(output(fetch(bytes(20), bytes(3))).0, 20);
        // Its arguments were allocated outside, and dropped inside.
        assert_eq!(figures(&["async attribute"]), (1, 1050, 1073, 1050, 1050));
        assert_eq!(output(Service(bytes(8)).serve(1)).0, 9);
        assert_eq!(figures(&["async method"]).0, 1);
    }

    #[test]
    fn a_function_that_returns_an_async_block_is_followed() {
        assert_eq!(output(later(70)).0, 70);
        assert_eq!(figures(&["returns a future"]), (1, 70, 70, 70, 70));
        let size: &'static usize = &80;
        assert_eq!(output(boxed(size)).0, 80);
        assert_eq!(figures(&["boxed future"]), (1, 80, 80, 80, 80));
    }

    #[test]
    fn a_cancelled_async_function_frees_its_memory_in_its_scope() {
        #[profile_memory("async cancelled")]
        async fn waits(_text: Vec<u8>) {
            let _held = bytes(600);
            future::pending::<()>().await;
        }
        let mut future = Box::pin(waits(bytes(11)));
        assert!(poll_once(future.as_mut()).is_pending());
        drop(future);
        assert_eq!(figures(&["async cancelled"]), (1, 600, 611, 600, 600));
    }

    #[test]
    fn concurrent_branches_of_one_task_do_not_mix() {
        #[profile_memory("branch a")]
        async fn a() {
            let held = bytes(10);
            yield_now().await;
            drop(held);
        }
        #[profile_memory("branch b")]
        async fn b() {
            let held = bytes(1);
            yield_now().await;
            yield_now().await;
            drop(held);
        }
        output(async {
            let (mut one, mut other) = (Box::pin(a()), Box::pin(b()));
            let (mut is_one, mut is_other) = (false, false);
            poll_fn(|context| {
                is_one = is_one || one.as_mut().poll(context).is_ready();
                is_other = is_other || other.as_mut().poll(context).is_ready();
                if is_one && is_other { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        });
        assert_eq!(figures(&["branch a"]), (1, 10, 10, 10, 10));
        assert_eq!(figures(&["branch b"]), (1, 1, 1, 1, 1));
    }
}
