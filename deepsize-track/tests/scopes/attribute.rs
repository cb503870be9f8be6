//! `#[profile_memory]` on every kind of function.
#![cfg(feature = "macros")]

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use deep_size_track::{self as renamed, profile_memory};

use super::{bytes, figures, row, together};

#[profile_memory]
fn plain(size: usize) -> Vec<u8> {
    drop(bytes(2 * size));
    bytes(size)
}

#[profile_memory("named by hand")]
fn named() -> u32 {
    7
}

#[profile_memory(name = "with both", crate = renamed)]
#[expect(clippy::multiple_bound_locations, reason = "the macro must keep both")]
pub(crate) fn with_both<'a, T: Debug, const N: usize>(values: &'a [T; N]) -> Option<Box<dyn Debug + 'a>>
where
    T: Clone,
{
    let first = values.first()?;
    Some(Box::new(first))
}

/// Its arguments are dropped inside the scope.
#[profile_memory]
#[inline(never)]
fn consumes(mut text: Vec<u8>, _unused: Vec<u8>, count: &mut usize) -> usize {
    #![allow(clippy::needless_return, reason = "tests an inner attribute and a return")]
    text.push(1);
    *count += 1;
    return text.len();
}

#[profile_memory]
fn with_a_lock(lock: Mutex<Vec<u8>>) -> usize {
    lock.lock().expect("the lock is not poisoned").len()
}

#[profile_memory]
fn makes_closures<T>(kept: Vec<T>) -> impl Fn(&str) -> &str {
    move |text| &text[kept.len()..]
}

#[profile_memory]
fn generic<T>(value: T) -> Vec<T> {
    vec![value]
}

#[profile_memory]
fn never() -> ! {
    std::panic::resume_unwind(Box::new(()))
}

#[profile_memory]
unsafe extern "C" fn foreign(number: i32) -> i32 {
    number + 1
}

struct Parser<T>(T);

trait Parse {
    fn parse(self) -> usize;

    #[profile_memory]
    fn provided(&self) -> Vec<u8> {
        bytes(30)
    }
}

impl<T> Parser<T> {
    #[profile_memory]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[profile_memory]
    fn value(&self) -> &T {
        drop(bytes(40));
        &self.0
    }

    #[profile_memory]
    fn replace(&mut self, value: T) -> T {
        std::mem::replace(&mut self.0, value)
    }
}

impl Parse for Parser<Vec<u8>> {
    #[profile_memory]
    fn parse(self) -> usize {
        self.0.capacity()
    }
}

#[test]
fn functions_have_rows_under_their_paths() {
    let _together = together();
    drop((plain(10), plain(20)));
    assert_eq!(figures(&["scopes::attribute::plain"]), (2, 90, 60, 40, 90));
    assert_eq!(named(), 7);
    assert_eq!(row(&["named by hand"]).calls, 1);
    assert_eq!(format!("{:?}", with_both(&[1, 2])), "Some(1)");
    assert_eq!(row(&["with both"]).allocated_size, size_of::<&i32>() as u64);
    assert_eq!((generic(1_u8).len(), generic(1_u64).len()), (1, 1));
    assert_eq!(figures(&["scopes::attribute::generic"]), (2, 9, 0, 8, 9));
    assert!(std::panic::catch_unwind(|| never()).is_err());
    assert_eq!(row(&["scopes::attribute::never"]).calls, 1);
    // SAFETY: the function only adds.
    assert_eq!(unsafe { foreign(1) }, 2);
}

#[test]
fn arguments_are_dropped_in_the_scope() {
    let _together = together();
    let mut count = 0;
    assert_eq!(consumes(bytes(100), bytes(10), &mut count), 1);
    assert_eq!((count, row(&["scopes::attribute::consumes"]).freed_size), (1, 110));
    assert_eq!(with_a_lock(Mutex::new(vec![0; 20])), 20);
    assert_eq!(row(&["scopes::attribute::with_a_lock"]).freed_size, 20);
    assert_eq!(makes_closures(vec![0_u8; 2])("text"), "xt");
    assert_eq!(row(&["scopes::attribute::makes_closures"]).calls, 1);
}

#[test]
fn methods_have_rows_under_their_types() {
    let _together = together();
    let mut parser = Parser::new(bytes(5));
    assert_eq!(parser.value().capacity(), 5);
    assert_eq!(parser.replace(bytes(6)).capacity(), 5);
    assert_eq!(parser.provided().capacity(), 30);
    assert_eq!(parser.parse(), 6);
    assert_eq!(row(&["scopes::attribute::Parser<_>::new"]).calls, 1);
    assert_eq!(figures(&["scopes::attribute::Parser<_>::value"]), (1, 40, 40, 40, 40));
    assert_eq!(row(&["scopes::attribute::Parse::provided"]).net_size(), 30);
    let path = "<scopes::attribute::Parser<alloc::vec::Vec<u8>> as scopes::attribute::Parse>::parse";
    assert_eq!(row(&[path]).calls, 1);
}

/// Ready when it is polled for the second time.
struct Twice(bool);

impl Future for Twice {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

// Braces on one line: the compiler would warn about them if they looked like those of an expression.
#[deny(unused_braces)]
#[rustfmt::skip]
mod in_one_line {
    use super::{bytes, profile_memory};

    #[profile_memory]
    pub(super) fn makes() -> Vec<u8> { bytes(9) }

    #[profile_memory]
    pub(super) async fn makes_later() -> Vec<u8> { bytes(11) }
}

#[test]
fn an_async_function_has_the_name_of_the_function() {
    let _together = together();
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(made) = pin!(in_one_line::makes_later()).poll(&mut context) else {
        panic!("the future has no await")
    };
    assert_eq!((made.capacity(), in_one_line::makes().capacity()), (11, 9));
    assert_eq!(figures(&["scopes::attribute::in_one_line::makes_later"]).1, 11);
    assert_eq!(figures(&["scopes::attribute::in_one_line::makes"]).1, 9);
}

#[profile_memory("async outer")]
async fn outer(text: Vec<u8>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let kept = bytes(100);
    inner(&text).await;
    let number: usize = "12".parse()?;
    drop((kept, text));
    Ok(bytes(number))
}

#[profile_memory("async inner")]
async fn inner(text: &[u8]) -> usize {
    drop(bytes(3000));
    Twice(false).await;
    drop(bytes(5));
    text.len()
}

#[test]
fn an_async_function_is_measured_while_it_is_polled() {
    let _together = together();
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(outer(bytes(50)));
    assert!(future.as_mut().poll(&mut context).is_pending());
    // Allocations between polls do not count.
    let between = bytes(700);
    let Poll::Ready(made) = future.as_mut().poll(&mut context) else { panic!("the second poll is ready") };
    drop(between);
    assert_eq!(made.expect("12 is a number").capacity(), 12);
    assert_eq!(figures(&["async outer"]), (1, 3117, 3155, 3100, 112));
    assert_eq!(figures(&["async outer", "async inner"]), (1, 3005, 3005, 3000, 3005));
}
