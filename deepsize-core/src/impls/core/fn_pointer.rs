//! Function pointers with up to 12 arguments, which own nothing.
//!
//! A signature that is generic over a lifetime is a separate type. The common ones have impls here. The derive does not
//! need them: it treats a field as flat if its type is written as a function pointer.
#![expect(
    coherence_leak_check,
    reason = "the lint reports that `fn(A)` and `fn(&A)` may overlap; they stay distinct, see rust-lang/rust#112999"
)]

use core::fmt::Formatter;

/// Implements `DeepSize` for functions with these arguments, then with all except the first, down to no argument.
macro_rules! fn_pointers {
    ($($first:ident $($argument:ident)*)?) => {
        flat! {
            fn($($first $(, $argument)*)?) -> Output where [Output: ?Sized $(, $first: ?Sized $(, $argument: ?Sized)*)?],
            unsafe fn($($first $(, $argument)*)?) -> Output where [Output: ?Sized $(, $first: ?Sized $(, $argument: ?Sized)*)?],
            extern "C" fn($($first $(, $argument)*)?) -> Output where [Output: ?Sized $(, $first: ?Sized $(, $argument: ?Sized)*)?],
            unsafe extern "C" fn($($first $(, $argument)*)?) -> Output where [Output: ?Sized $(, $first: ?Sized $(, $argument: ?Sized)*)?],
        }
        $(fn_pointers! { $($argument)* })?
    };
}

fn_pointers! { A B C D E F G H I J K L }

flat! {
    fn(&A) -> Output where [A: ?Sized, Output: ?Sized],
    fn(&mut A) -> Output where [A: ?Sized, Output: ?Sized],
    fn(&A) -> &Output where [A: ?Sized, Output: ?Sized],
    fn(&mut A) -> &mut Output where [A: ?Sized, Output: ?Sized],
    fn(&A) -> Option<&Output> where [A: ?Sized, Output: ?Sized],
    fn(&[&A]) -> Output where [A: ?Sized, Output: ?Sized],
    fn(&mut Formatter<'_>) -> Output where [Output: ?Sized],
    fn(&A, &mut Formatter<'_>) -> Output where [A: ?Sized, Output: ?Sized],
    fn(&A, B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
    fn(&mut A, B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
    fn(&A, &B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
    fn(&mut A, &B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
    fn(&A, &mut B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
    fn(&mut A, &mut B) -> Output where [A: ?Sized, B: ?Sized, Output: ?Sized],
}
