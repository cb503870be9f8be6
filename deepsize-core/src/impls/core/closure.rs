//! Closures behind a trait object: `dyn Fn`, `dyn FnMut`, `dyn FnOnce`, of up to 12 arguments.
//!
//! Those that take a reference of any lifetime are types of their own, next to those that take one type; of them, the
//! common shapes are here.
#![expect(
    coherence_leak_check,
    reason = "the lint asks whether `Fn(A)` and `Fn(&A)` overlap; they are kept apart, see rust-lang/rust#112999"
)]

/// For closures with the arguments `$argument…`, and with all but the first of them, and so on down to none.
macro_rules! closures {
    ($($first:ident $($argument:ident)*)?) => {
        closures_of! { [Output $(, $first $(, $argument)*)?] ($($first $(, $argument)*)?) -> Output; }
        $(closures! { $($argument)* })?
    };
}

/// For closures of these signatures.
macro_rules! closures_of {
    ($([$($generics:tt)*] ($($argument:ty),*) -> $output:ty;)*) => {
        erased! {$(
            Fn($($argument),*) -> $output where [$($generics)*],
            FnMut($($argument),*) -> $output where [$($generics)*],
            FnOnce($($argument),*) -> $output where [$($generics)*],
        )*}
    };
}

closures! { A B C D E F G H I J K L }

closures_of! {
    [A: ?Sized, Output] (&A) -> Output;
    [A: ?Sized, Output] (&mut A) -> Output;
    [A: ?Sized, Output: ?Sized] (&A) -> &Output;
    [A: ?Sized, B, Output] (&A, B) -> Output;
    [A: ?Sized, B, Output] (&mut A, B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&A, &B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&mut A, &B) -> Output;
}
