//! Type names short enough for a line.

use core::ops::Range;
use std::string::String;
use std::vec::Vec;

pub(crate) use deep_size_format::short_type_name as short;

/// The type in an `Option` of this name.
pub(crate) fn optional(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("core::option::Option<")?.strip_suffix('>')
}

/// A short type name in at most this many columns. The innermost parameters are left out first.
pub(crate) fn fitting(name: &str, columns: usize) -> String {
    let mut name = String::from(name);
    while name.chars().count() > columns {
        let Some(inner) = innermost(&name) else {
            return clipped(&name, columns);
        };
        name.replace_range(inner, "…");
    }
    name
}

/// The longest innermost list in brackets, unless it is as short as an ellipsis.
fn innermost(name: &str) -> Option<Range<usize>> {
    let mut open = Vec::new();
    let mut found: Option<(usize, Range<usize>)> = None;
    let mut previous = ' ';
    for (at, next) in name.char_indices() {
        match next {
            '<' | '(' | '[' => open.push(at + 1),
            // The `>` of `->` closes nothing.
            '>' if previous == '-' => {}
            '>' | ')' | ']' => {
                let depth = open.len();
                if let Some(inner) = open.pop().map(|start| start..at) {
                    let is_longer = |known: &Range<usize>| known.len() < inner.len();
                    let is_better = found.as_ref().is_none_or(|(deepest, known)| {
                        depth > *deepest || depth == *deepest && is_longer(known)
                    });
                    let is_long = name.get(inner.clone()).is_some_and(|list| list.chars().nth(1).is_some());
                    if is_long && is_better {
                        found = Some((depth, inner));
                    }
                }
            }
            _ => {}
        }
        previous = next;
    }
    found.map(|(_, inner)| inner)
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

/// The end of a text: at most its last `most` characters. Takes time linear in `most`.
pub(crate) fn tail(text: &str, most: usize) -> &str {
    text.char_indices().rev().take(most).last().map_or("", |(start, _)| &text[start..])
}

/// A path as text. Words replace the root's path, `.`.
pub(crate) fn whole(path: &str) -> &str {
    if path == "." { "the value itself" } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_parameters_are_left_out_first() {
        let name = "HashMap<String, Vec<Box<[u8]>>, fn(Key<u32>) -> u64>";
        let shorter = [
            name,
            "HashMap<String, Vec<Box<[…]>>, fn(Key<u32>) -> u64>",
            "HashMap<String, Vec<Box<…>>, fn(Key<u32>) -> u64>",
            "HashMap<String, Vec<Box<…>>, fn(Key<…>) -> u64>",
            "HashMap<String, Vec<…>, fn(Key<…>) -> u64>",
            "HashMap<String, Vec<…>, fn(…) -> u64>",
            "HashMap<…>",
            "HashMap<…",
        ];
        for (next, expected) in shorter.iter().enumerate() {
            let columns = expected.chars().count();
            assert_eq!(fitting(name, columns), *expected);
            if let Some(next) = shorter.get(next + 1) {
                assert_eq!(fitting(name, columns - 1), *next);
            }
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
