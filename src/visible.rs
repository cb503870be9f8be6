//! Escapes characters of reports that a terminal interprets.

use std::string::String;

pub(crate) use deep_size_format::visible::Visible;
#[cfg(feature = "json")]
pub(crate) use deep_size_format::write_json_escape;

/// A copy of a text with its invisible characters escaped: see [`Visible`].
pub(crate) fn visible(text: &str) -> String {
    std::format!("{}", Visible(text))
}
