//! A small executor. Each poll of a task runs on the next thread.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The threads that polled a future, in order.
pub(crate) type PolledOn = Vec<thread::ThreadId>;

/// Polls the futures in turn until all are ready. The thread changes with each poll.
///
/// A task that panics is dropped on another thread.
pub(crate) fn run(tasks: Vec<Task>) -> PolledOn {
    const THREADS: usize = 3;
    let (done, polled) = mpsc::channel();
    let workers: Vec<mpsc::Sender<Task>> = (0..THREADS)
        .map(|_| {
            let (send, tasks) = mpsc::channel::<Task>();
            let done = done.clone();
            thread::spawn(move || {
                for mut task in tasks {
                    let result = catch_unwind(AssertUnwindSafe(|| {
                        task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
                    }));
                    // A poll that panicked is final, too.
                    let next = matches!(result, Ok(Poll::Pending)).then_some(task);
                    done.send((thread::current().id(), next)).expect("the executor waits");
                }
            });
            send
        })
        .collect();
    let (mut waiting, mut polled_on) = (VecDeque::from(tasks), Vec::new());
    let mut turn = 0;
    while let Some(task) = waiting.pop_front() {
        workers[turn % THREADS].send(task).expect("the worker runs");
        turn += 1;
        let (thread, next) = polled.recv().expect("the worker answers");
        polled_on.push(thread);
        waiting.extend(next);
    }
    polled_on
}

/// Runs one future, and returns its output and the threads that polled it.
pub(crate) fn output<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> (T, PolledOn) {
    let result = Arc::new(Mutex::new(None));
    let place = Arc::clone(&result);
    let polled_on = run(vec![Box::pin(async move {
        let output = future.await;
        *place.lock().expect("no test panics here") = Some(output);
    })]);
    let output = result.lock().expect("no test panics here").take();
    (output.expect("the future is ready"), polled_on)
}

/// Pending once.
pub(crate) async fn yield_now() {
    let mut is_first = true;
    std::future::poll_fn(|_| if std::mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) })
        .await;
}

/// Polls a future once on this thread.
pub(crate) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Counts its wakes.
#[derive(Default)]
pub(crate) struct Wakes(Mutex<usize>);

impl Wakes {
    pub(crate) fn count(&self) -> usize {
        *self.0.lock().expect("no test panics here")
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        *self.0.lock().expect("no test panics here") += 1;
    }
}
