//! Closures behind a trait object: `dyn Fn`, `dyn FnMut`, `dyn FnOnce`, with up to 12 arguments.
//!
//! A signature that is generic over a lifetime is a separate type. Only the common ones have impls here, because `Fn(Guard<'_>)`
//! would need an impl for each type `Guard`. If the type of a field is written with a closure, the derive measures it with any
//! signature (`ClosureField`). A closure behind an alias needs one of these impls, and so does one that is a type argument of a
//! generic type.
#![expect(
    coherence_leak_check,
    reason = "the lint reports that `Fn(A)` and `Fn(&A)` may overlap; they stay distinct, see rust-lang/rust#112999"
)]

use core::fmt::Formatter;

/// Implements `DeepSize` for closures with these arguments, then with all except the first, down to no argument.
macro_rules! closures {
    ($($first:ident $($argument:ident)*)?) => {
        closures_of! { [Output $(, $first $(, $argument)*)?] ($($first $(, $argument)*)?) -> Output; }
        $(closures! { $($argument)* })?
    };
}

/// Implements `DeepSize` for closures with these signatures.
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
    [A: ?Sized, Output: ?Sized] (&mut A) -> &mut Output;
    [A: ?Sized, Output: ?Sized] (&A) -> Option<&Output>;
    [A: ?Sized, Output] (&[&A]) -> Output;
    [A: ?Sized, Output] (&mut [&mut A]) -> Output;
    [Output] (&mut Formatter<'_>) -> Output;
    [A: ?Sized, Output] (&A, &mut Formatter<'_>) -> Output;
    [A: ?Sized, B, Output] (&A, B) -> Output;
    [A: ?Sized, B, Output] (&mut A, B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&A, &B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&mut A, &B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&A, &mut B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&mut A, &mut B) -> Output;
}

/// Closures that return a boxed iterator or future over their argument.
#[cfg(feature = "alloc")]
mod boxed {
    use alloc::boxed::Box;
    use core::pin::Pin;

    closures_of! {
        [A: ?Sized, Item: ?Sized] (&A) -> Box<dyn Iterator<Item = &Item> + '_>;
        [A: ?Sized, Output] (&A) -> Pin<Box<dyn Future<Output = Output> + '_>>;
        [A: ?Sized, Output] (&A) -> Pin<Box<dyn Future<Output = Output> + Send + '_>>;
        [A: ?Sized, Output] (&mut A) -> Pin<Box<dyn Future<Output = Output> + '_>>;
        [A: ?Sized, Output] (&mut A) -> Pin<Box<dyn Future<Output = Output> + Send + '_>>;
    }
}
