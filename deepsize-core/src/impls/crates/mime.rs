//! `mime` 0.3: opaque. A `Mime` does not expose whether its text is a constant or a string.

use mime::{FromStrError, Mime, Name};

flat! { FromStrError, Name<'_> }

opaque! { Hidden: Mime }
