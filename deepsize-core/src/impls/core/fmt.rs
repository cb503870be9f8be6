use core::fmt::{Alignment, Arguments, Binary, Debug, Display, Error, Formatter, LowerHex, UpperHex, Write};

flat! {
    Alignment,
    Error,
    /// Borrows what it formats.
    Arguments<'_>,
    /// Borrows what it writes to.
    Formatter<'_>,
}

erased! { Binary, Debug, Display, LowerHex, UpperHex, Write }
