//! Type names that fit a line.

use std::string::String;

/// A type's name without the paths to it and its parameters: `alloc::vec::Vec<alloc::string::String>` becomes
/// `Vec<String>`.
pub(crate) fn short(type_name: &str) -> String {
    let mut short = String::with_capacity(type_name.len());
    // Where in `short` the present path begins, and whether nothing but a path has been read since.
    let mut start = 0;
    let mut rest = type_name;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            // After `>` or `}` comes a part of something that is no plain path, as in `<T as Trait>::Type`.
            if short[start..].is_empty() {
                short.push_str("::")
            } else {
                short.truncate(start)
            }
            rest = after;
            continue;
        }
        short.push(next);
        if !(next.is_alphanumeric() || next == '_') {
            start = short.len();
        }
        rest = &rest[next.len_utf8()..];
    }
    short
}
