//! Figures of `tracked` futures.

use std::future::{self, Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use deep_size_track::{Measured, Region, Tracked, Usage, measure, tracked};

use super::bytes;
use super::executor::{Wakes, output, poll_once, run, yield_now};

/// Allocated, freed, net and peak size.
fn sizes(usage: Usage) -> (u64, u64, i64, u64) {
    (usage.allocated_size, usage.freed_size, usage.net_size(), usage.peak_size)
}

#[test]
fn a_future_is_followed_over_threads() {
    let future = tracked(async {
        let first = bytes(1000);
        yield_now().await;
        drop(bytes(300));
        yield_now().await;
        drop(first);
        yield_now().await;
        bytes(40)
    });
    let (Measured { value, usage }, polled_on) = output(future);
    assert!(polled_on.len() == 4 && polled_on[0] != polled_on[1] && polled_on[1] != polled_on[2]);
    assert_eq!(value.capacity(), 40);
    assert_eq!(sizes(usage), (1340, 1300, 40, 1300));
    assert_eq!((usage.allocated_blocks, usage.freed_blocks, usage.reallocations), (3, 2, 0));
}

#[test]
fn only_polls_count() {
    let mut future = pin!(tracked(async {
        let kept = bytes(10);
        yield_now().await;
        kept
    }));
    assert!(poll_once(future.as_mut()).is_pending());
    let between = bytes(100_000);
    assert_eq!(sizes(future.usage()), (10, 0, 10, 10));
    let Poll::Ready(Measured { value, usage }) = poll_once(future.as_mut()) else { panic!("it is ready") };
    assert_eq!((sizes(usage), value.capacity()), ((10, 0, 10, 10), 10));
    assert_eq!(future.usage(), usage);
    drop(between);
}

#[test]
fn nested_futures_add_up() {
    let (Measured { value: inner, usage: outer }, _) = output(tracked(async {
        let kept = bytes(100);
        yield_now().await;
        let Measured { usage, .. } = tracked(async {
            drop(bytes(5000));
            yield_now().await;
            let region = measure(|| drop(bytes(70)));
            assert_eq!(region.usage.peak_size, 70);
        })
        .await;
        yield_now().await;
        drop(kept);
        usage
    }));
    assert_eq!(sizes(inner), (5070, 5070, 0, 5000));
    assert_eq!(sizes(outer), (5170, 5170, 0, 5100));
}

#[test]
fn tasks_of_one_thread_do_not_mix() {
    let task = |size: usize| {
        Box::pin(async move {
            let Measured { usage, .. } = tracked(async move {
                for _ in 0..20 {
                    let held = bytes(size);
                    yield_now().await;
                    drop(held);
                }
            })
            .await;
            let size = size as u64;
            assert_eq!(sizes(usage), (20 * size, 20 * size, 0, size));
        })
    };
    let results: Vec<_> = (1..=10).map(|size| output(task(size * 100)).1.len()).collect();
    assert_eq!(results, [21; 10]);
    assert_eq!(run((1..=10).map(|size| task(size * 100) as _).collect()).len(), 210);
}

#[test]
fn the_net_is_negative_if_a_task_frees_blocks_of_others() {
    let given = bytes(900);
    let (Measured { usage, .. }, _) = output(tracked(async move {
        yield_now().await;
        drop(given);
        yield_now().await;
        // Far below the bytes that it freed, so this is below any peak.
        drop(bytes(500));
    }));
    assert_eq!(sizes(usage), (500, 1400, -900, 0));
}

#[test]
fn a_future_is_dropped_inside_once_it_is_ready() {
    /// Holds memory until it is dropped.
    struct Holds(Vec<u8>);
    impl Future for Holds {
        type Output = usize;
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<usize> {
            self.0 = bytes(64);
            Poll::Ready(self.0.capacity())
        }
    }
    let mut future = Box::pin(tracked(Holds(Vec::new())));
    let outer = Region::begin();
    let Poll::Ready(Measured { value, usage }) = poll_once(future.as_mut()) else { panic!("it is ready") };
    assert_eq!((value, sizes(usage)), (64, (64, 64, 0, 64)));
    assert_eq!(sizes(outer.end()), (64, 64, 0, 64));
}

#[test]
fn a_cancelled_future_keeps_its_usage_and_counts_in_the_outer_one() {
    let mut outer = pin!(tracked(async {
        let mut inner = Box::pin(tracked(async {
            let _held = bytes(1000);
            future::pending::<()>().await;
        }));
        let pending = poll_fn(|context| Poll::Ready(inner.as_mut().poll(context).is_pending())).await;
        assert!(pending);
        let usage = inner.usage();
        yield_now().await;
        drop(inner);
        usage
    }));
    assert!(poll_once(outer.as_mut()).is_pending());
    let Poll::Ready(Measured { value: inner, usage }) = poll_once(outer.as_mut()) else {
        panic!("it is ready")
    };
    assert_eq!(sizes(inner), (1000, 0, 1000, 1000));
    // The outer future also allocates the box of the inner one.
    assert_eq!((usage.net_size(), usage.allocated_size), (0, usage.freed_size));
    assert!(usage.peak_size >= 1000);
}

#[test]
fn a_panic_in_a_poll_is_counted_and_ends_the_region() {
    let mut future = Box::pin(tracked(async {
        let _held = bytes(300);
        std::panic::resume_unwind(Box::new(7_u64));
    }));
    let region = Region::begin();
    let panic = catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut()))).expect_err("it panics");
    drop(panic);
    let around = region.end();
    let usage = future.usage();
    assert_eq!((usage.allocated_size, usage.freed_size), (around.allocated_size, 300));
    assert!(usage.peak_size >= 300);
    // The thread measures as before.
    assert_eq!(sizes(measure(|| drop(bytes(5))).usage), (5, 5, 0, 5));
}

#[test]
#[should_panic(expected = "polled after it was ready")]
fn a_ready_future_cannot_be_polled_again() {
    let mut future = pin!(tracked(future::ready(())));
    assert!(poll_once(future.as_mut()).is_ready());
    let _ = poll_once(future.as_mut());
}

#[test]
fn wakers_pass_through() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut future = pin!(tracked(poll_fn(|context| {
        context.waker().wake_by_ref();
        Poll::<()>::Pending
    })));
    for _ in 0..3 {
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert_eq!(wakes.count(), 3);
}

#[test]
fn auto_traits_follow_the_future() {
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    fn is_unpin<T: Unpin>(_: &T) {}
    let future: Tracked<future::Ready<u8>> = tracked(future::ready(1));
    is_send_and_sync(&future);
    is_unpin(&future);
    assert!(format!("{future:?}").starts_with("Tracked"));
}

/// The xorshift generator of Marsaglia (2003).
fn random(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |limit| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % limit
    }
}

/// A random task, which checks its own figures against a simple model.
async fn random_task(seed: u64, depth: u32) -> (u64, u64) {
    let mut random = random(seed);
    let (mut allocated, mut freed, mut live, mut peak) = (0_u64, 0, 0, 0);
    let task = tracked(async {
        let mut held: Vec<Vec<u8>> = Vec::new();
        let mut grow = |allocated: &mut u64, live: &mut u64, size: u64| {
            *allocated += size;
            *live += size;
            peak = peak.max(*live);
        };
        // Large enough to never grow.
        held.reserve_exact(64);
        grow(&mut allocated, &mut live, 64 * size_of::<Vec<u8>>() as u64);
        for _ in 0..64 {
            match random(8) {
                0..4 => {
                    let size = 1 + random(40_000);
                    held.push(bytes(size as usize));
                    grow(&mut allocated, &mut live, size);
                }
                4 | 5 => {
                    if let Some(block) = held.pop() {
                        (freed, live) = (freed + block.capacity() as u64, live - block.capacity() as u64);
                    }
                }
                _ => yield_now().await,
            }
        }
        live -=
            held.iter().map(|block| block.capacity() as u64).sum::<u64>() + 64 * size_of::<Vec<u8>>() as u64;
        drop(held);
        assert_eq!(live, 0);
        if depth > 0 {
            // Boxed, because it is recursive. The box is part of this future.
            let (inner_allocated, inner_peak) = Box::pin(random_task(seed + 1, depth - 1)).await;
            (inner_allocated, inner_peak)
        } else {
            (0, 0)
        }
    });
    let Measured { value: (inner_allocated, inner_peak), usage } = task.await;
    let boxed = usage.allocated_size - allocated - inner_allocated;
    assert_eq!(usage.net_size(), 0);
    assert_eq!(boxed > 0, depth > 0);
    assert_eq!(usage.peak_size, peak.max(if depth > 0 { boxed + inner_peak } else { 0 }));
    let _ = freed;
    (usage.allocated_size, usage.peak_size)
}

#[test]
fn random_tasks_agree_with_a_simple_model() {
    let tasks = (1..40).map(|seed| {
        Box::pin(async move {
            random_task(seed * 1000, (seed % 4) as u32).await;
        }) as _
    });
    assert!(run(tasks.collect()).len() > 500);
}
