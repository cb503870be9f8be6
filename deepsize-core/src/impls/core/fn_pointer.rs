//! Function pointers of up to 12 arguments, which own nothing.
//!
//! Those that take a reference of any lifetime are types of their own, next to those that take one type; of them, the
//! common shapes are here. (To the derive, a field whose type is written as a function pointer is flat anyway.)
#![expect(
    coherence_leak_check,
    reason = "the lint asks whether `fn(A)` and `fn(&A)` overlap; they are kept apart, see rust-lang/rust#112999"
)]

/// For functions with the arguments `$argument…`, and with all but the first of them, and so on down to none.
macro_rules! fn_pointers {
    ($($first:ident $($argument:ident)*)?) => {
        flat! {
            fn($($first $(, $argument)*)?) -> Output where [Output $(, $first $(, $argument)*)?],
            unsafe fn($($first $(, $argument)*)?) -> Output where [Output $(, $first $(, $argument)*)?],
            extern "C" fn($($first $(, $argument)*)?) -> Output where [Output $(, $first $(, $argument)*)?],
            unsafe extern "C" fn($($first $(, $argument)*)?) -> Output where [Output $(, $first $(, $argument)*)?],
        }
        $(fn_pointers! { $($argument)* })?
    };
}

fn_pointers! { A B C D E F G H I J K L }

flat! {
    fn(&A) -> Output where [A: ?Sized, Output],
    fn(&mut A) -> Output where [A: ?Sized, Output],
    fn(&A) -> &Output where [A: ?Sized, Output: ?Sized],
    fn(&A, B) -> Output where [A: ?Sized, B, Output],
    fn(&mut A, B) -> Output where [A: ?Sized, B, Output],
    fn(&A, &B) -> Output where [A: ?Sized, B: ?Sized, Output],
    fn(&mut A, &B) -> Output where [A: ?Sized, B: ?Sized, Output],
}
