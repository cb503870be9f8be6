use core::fmt::{Alignment, Arguments, Binary, Debug, Display, Error, Formatter, LowerHex, UpperHex, Write};

flat! {
    Alignment,
    Error,
    /// Borrows its arguments.
    Arguments<'_>,
    /// Borrows its output.
    Formatter<'_>,
}

erased! { Binary, Debug, Display, LowerHex, UpperHex, Write }
