//! Edits of copied sources, and lines of code.

use std::fs;
use std::path::Path;

/// A text to replace in a file of the repository.
pub(super) struct Edit {
    pub(super) file: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

/// The code of an optimisation.
pub(super) enum Code {
    File(&'static str),
    /// The function of this name in a file.
    Function(&'static str, &'static str),
    /// The block in a file whose first line contains this text.
    Item(&'static str, &'static str),
}

/// Applies an edit. Its text must occur exactly once.
pub(super) fn apply(root: &Path, edit: &Edit) -> Result<(), String> {
    let path = root.join(edit.file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", edit.file))?;
    let text = replaced(&text, edit)
        .map_err(|found| format!("{}: `{}` occurs {found} times instead of once", edit.file, edit.from))?;
    fs::write(&path, text).map_err(|error| format!("{}: {error}", edit.file))
}

/// The edited text, or the number of occurrences if it is not one.
fn replaced(text: &str, edit: &Edit) -> Result<String, usize> {
    match text.matches(edit.from).count() {
        1 => Ok(text.replacen(edit.from, edit.to, 1)),
        found => Err(found),
    }
}

/// The number of lines without blank lines and comments.
pub(super) fn code_lines(root: &Path, code: &Code) -> Result<usize, String> {
    let (Code::File(file) | Code::Function(file, _) | Code::Item(file, _)) = code;
    let text = fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
    match code {
        Code::File(_) => Ok(count(text.lines())),
        Code::Function(_, name) => {
            function(&text, name).ok_or_else(|| format!("{file}: no function `{name}`"))
        }
        Code::Item(_, head) => {
            block(&text, |line| line.contains(head)).ok_or_else(|| format!("{file}: no `{head}`"))
        }
    }
}

fn count<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// The number of lines of the named function.
fn function(text: &str, name: &str) -> Option<usize> {
    let head = format!("fn {name}");
    block(text, |line| line.split_once(&head).is_some_and(|(_, rest)| rest.starts_with(['(', '<'])))
}

/// The number of lines from the first head to the closing brace with the head's indentation.
fn block(text: &str, is_head: impl Fn(&str) -> bool) -> Option<usize> {
    let mut lines = text.lines().skip_while(|line| !is_head(line));
    let first = lines.next()?;
    let end = format!("{}}}", &first[..first.len() - first.trim_start().len()]);
    if first.trim_end().ends_with('}') {
        return Some(1);
    }
    Some(2 + count(lines.take_while(|line| *line != end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_needs_its_text_exactly_once() {
        let edit = Edit { file: "", from: "a", to: "c" };
        assert_eq!(replaced("ab", &edit), Ok("cb".to_owned()));
        assert_eq!(replaced("b", &edit), Err(0));
        assert_eq!(replaced("aba", &edit), Err(2));
    }

    #[test]
    fn the_lines_of_a_function_exclude_comments() {
        let text = "impl A {\n    /// Docs.\n    fn one(&self) {\n        // Why.\n\n        if b {\n            c\n        }\n    }\n\n    fn one_more<T>() {}\n}\n";
        assert_eq!(function(text, "one"), Some(5));
        assert_eq!(function(text, "one_more"), Some(1));
        assert_eq!(function(text, "two"), None);
    }
}
