//! Type names short enough for a line.

use std::string::String;

/// A type name without paths: `alloc::vec::Vec<alloc::string::String>` becomes `Vec<String>`.
pub(crate) fn short(type_name: &str) -> String {
    let mut short = String::with_capacity(type_name.len());
    // The start of the present path in `short`, while nothing else was read since.
    let mut start = 0;
    let mut rest = type_name;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            // Next to `>`, `{` and `}`, `::` is part of more than a plain path, as in `<T as Trait>::Type`.
            if short[start..].is_empty() || after.starts_with('{') {
                short.push_str("::");
            } else {
                short.truncate(start);
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

/// The beginning of a text, in at most this many columns.
pub(crate) fn clipped(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.into();
    }
    let mut clipped: String = text.chars().take(columns.saturating_sub(1)).collect();
    clipped.extend((columns > 0).then_some('…'));
    clipped
}

/// The end of a text, in at most this many columns.
pub(crate) fn end_of(text: &str, columns: usize) -> String {
    let length = text.chars().count();
    if length <= columns {
        return text.into();
    }
    let mut end = String::from("…");
    end.extend(text.chars().skip(length + 1 - columns.max(1)));
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_left_out_of_type_names() {
        let names = [
            ("u8", "u8"),
            ("alloc::vec::Vec<alloc::string::String>", "Vec<String>"),
            ("std::collections::HashMap<&str, (u8, a::B)>", "HashMap<&str, (u8, B)>"),
            ("[core::option::Option<a::b::C<'_>>; 3]", "[Option<C<'_>>; 3]"),
            (
                "alloc::boxed::Box<dyn a::Shape<Out = b::C> + core::marker::Send>",
                "Box<dyn Shape<Out = C> + Send>",
            ),
            ("fn(a::B) -> c::D", "fn(B) -> D"),
            ("a::f::{{closure}}::Inner", "f::{{closure}}::Inner"),
            ("<a::B as c::D>::E", "<B as D>::E"),
        ];
        for (long, expected) in names {
            assert_eq!(short(long), expected);
        }
    }

    #[test]
    fn texts_are_cut_at_either_end() {
        assert_eq!(clipped("äöü", 3), "äöü");
        assert_eq!(clipped("äöüß", 3), "äö…");
        assert_eq!(clipped("ab", 0), "");
        assert_eq!(end_of("a.b.c", 5), "a.b.c");
        assert_eq!(end_of("a.b.c.d", 5), "….c.d");
    }
}
