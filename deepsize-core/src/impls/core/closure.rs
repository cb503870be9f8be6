//! Closures behind a trait object: `dyn Fn`, `dyn FnMut`, `dyn FnOnce`, with up to 12 arguments.
//!
//! A signature that is generic over a lifetime is a separate type. The common ones have impls here.
#![expect(
    coherence_leak_check,
    reason = "the lint reports that `Fn(A)` and `Fn(&A)` may overlap; they stay distinct, see rust-lang/rust#112999"
)]

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
    [A: ?Sized, B, Output] (&A, B) -> Output;
    [A: ?Sized, B, Output] (&mut A, B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&A, &B) -> Output;
    [A: ?Sized, B: ?Sized, Output] (&mut A, &B) -> Output;
}
