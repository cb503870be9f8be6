use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use super::threads::{self, Call};
use crate::future::{Scoped, Tracked};
use crate::timeline::{self, Event};

/// A named part of a program. Until it is dropped, this thread's allocations and frees count in its row of the
/// [`Profile`](crate::Profile).
///
/// [`scope!`](crate::scope!) and `#[profile_memory]` make one of these.
///
/// Scopes of one thread should end in reverse order, as guards do. A scope that ends early also ends those inside it; dropping
/// them later has no effect. A forgotten scope ends with the enclosing one, or with the thread.
///
/// Entering and leaving a scope takes some tens of nanoseconds. It waits for no other thread, except one that is taking a profile.
///
/// While a thread drops its thread-local values, a scope is measured as long as the thread has its own counts. After that, it has
/// no row.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{Profile, Scope, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let scope = Scope::enter("prepare");
/// let table = vec![0_u8; 256];
/// scope.end();
/// assert_eq!(Profile::take().find(&["prepare"]).unwrap().net_size(), 256);
/// # drop(table);
/// ```
#[must_use = "a scope ends when it is dropped"]
pub struct Scope {
    name: &'static str,
    /// `None` if there is no memory to record the call.
    place: Option<Call>,
    // A scope belongs to one thread.
    not_send: PhantomData<*const ()>,
}

impl Scope {
    /// Begins a scope. Equal names are the same scope, wherever the strings are.
    pub fn enter(name: &'static str) -> Self {
        Self::begin(name, None)
    }

    /// Begins a call, or resumes one with the net bytes of its earlier parts.
    pub(crate) fn begin(name: &'static str, earlier: Option<i64>) -> Self {
        timeline::mark_scope(Event::Begin, name);
        Self { name, place: threads::enter(name, earlier), not_send: PhantomData }
    }

    /// Runs some code in a scope.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deep_size_track::Scope;
    /// let words: Vec<&str> = Scope::run("split", || "a b c".split(' ').collect());
    /// # assert_eq!(words.len(), 3);
    /// ```
    pub fn run<R>(name: &'static str, code: impl FnOnce() -> R) -> R {
        let _scope = Self::enter(name);
        code()
    }

    /// Polls a future in a scope, on any thread. All polls are one call.
    ///
    /// Allocations of the thread between the polls do not count. The call's peak is the highest net of its allocations, also
    /// over several threads. A future that is cancelled after its first poll is dropped in the scope.
    ///
    /// A scope that is entered inside a future must end before the next `await`, or it measures other tasks too.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deep_size_track::{Scope, scope};
    /// # fn spawn(task: impl Future + Send + 'static) {}
    /// async fn serve(request: u32) -> String {
    ///     let text = request.to_string();
    ///     scope!("render", async { text.repeat(3) }).await
    /// }
    ///
    /// spawn(Scope::wrap("serve", serve(7)));
    /// ```
    pub fn wrap<F: Future>(name: &'static str, future: F) -> Scoped<F> {
        Scoped(Tracked::new(Some(name), future))
    }

    /// Ends the scope, as dropping it does.
    pub fn end(self) {}
}

impl Drop for Scope {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            threads::exit(place);
        }
        timeline::mark_scope(Event::End, self.name);
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Scope").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Runs the rest of the enclosing block, or an expression, in a [`Scope`](crate::Scope).
///
/// The name is an expression of type `&'static str`. A closure, as in `scope!("parse", || …)`, is called. An `async` block becomes a
/// future that is [polled in the scope](crate::Scope::wrap). Variables declared before the scope are dropped after it.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{Profile, TrackingAllocator, scope};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// fn load(text: &str) -> Result<Vec<u32>, std::num::ParseIntError> {
///     scope!("load");
///     let words: Vec<&str> = scope!("split", text.split(' ').collect());
///     let numbers = scope!("parse", {
///         let mut numbers = Vec::new();
///         for word in words {
///             // Leaves the function, as it would without the scope.
///             numbers.push(word.parse()?);
///         }
///         numbers
///     });
///     Ok(numbers)
/// }
///
/// load("1 2 3").unwrap();
/// assert_eq!(Profile::take().find(&["load", "split"]).unwrap().net_size(), 64);
/// ```
#[macro_export]
macro_rules! scope {
    ($name:expr $(,)?) => {
        let _scope = $crate::Scope::enter($name);
    };
    ($name:expr, || $code:expr $(,)?) => {
        $crate::Scope::run($name, || $code)
    };
    ($name:expr, move || $code:expr $(,)?) => {
        $crate::Scope::run($name, move || $code)
    };
    ($name:expr, async $body:block $(,)?) => {
        $crate::Scope::wrap($name, async $body)
    };
    ($name:expr, async move $body:block $(,)?) => {
        $crate::Scope::wrap($name, async move $body)
    };
    ($name:expr, $code:expr $(,)?) => {
        match $crate::Scope::enter($name) {
            _scope => $code,
        }
    };
}

/// Used by the code that `#[profile_memory]` generates.
#[doc(hidden)]
pub(crate) mod __private {
    use std::any::type_name;
    use std::sync::OnceLock;

    /// The path of a function, computed once.
    #[derive(Debug)]
    pub struct FunctionName(OnceLock<&'static str>);

    impl FunctionName {
        #[expect(clippy::new_without_default, reason = "used only in statics")]
        pub const fn new() -> Self {
            Self(OnceLock::new())
        }

        /// The path of the function that encloses this one.
        pub fn around<F>(&'static self, _: F) -> &'static str {
            self.0.get_or_init(|| {
                let name = type_name::<F>();
                let path = name.rsplit_once("::").map_or(name, |(path, _)| path);
                // The body of an async function is a closure.
                path.strip_suffix("::{{closure}}").unwrap_or(path)
            })
        }
    }
}
