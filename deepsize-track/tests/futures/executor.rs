//! A small executor. Each poll of a task runs on the next thread.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The threads that polled a future, in order.
pub(crate) type PolledOn = Vec<thread::ThreadId>;

/// Polls the futures until all are ready, on three threads at once. Each poll of a future is on another thread than the last.
///
/// A future that panics is over.
pub(crate) fn run(tasks: Vec<Task>) -> PolledOn {
    const THREADS: usize = 3;
    let (done, polled) = mpsc::channel();
    let workers: Vec<mpsc::Sender<(usize, Task)>> = (0..THREADS)
        .map(|_| {
            let (send, tasks) = mpsc::channel::<(usize, Task)>();
            let done = done.clone();
            thread::spawn(move || {
                for (turn, mut task) in tasks {
                    let result = catch_unwind(AssertUnwindSafe(|| {
                        task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
                    }));
                    let next = matches!(result, Ok(Poll::Pending)).then_some(task);
                    done.send((turn, thread::current().id(), next)).expect("the executor waits");
                }
            });
            send
        })
        .collect();
    let poll = |turn: usize, task| workers[turn % THREADS].send((turn, task)).expect("the worker runs");
    let (mut running, mut polled_on) = (tasks.len(), Vec::new());
    tasks.into_iter().enumerate().for_each(|(turn, task)| poll(turn, task));
    while running > 0 {
        let (turn, thread, next) = polled.recv().expect("a worker answers");
        polled_on.push(thread);
        match next {
            Some(task) => poll(turn + 1, task),
            None => running -= 1,
        }
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
