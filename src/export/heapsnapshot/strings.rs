//! The table of strings of a snapshot.

use std::borrow::Cow;
use std::collections::HashMap;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::visible::visible;

/// Distinct texts with their numbers.
#[derive(Debug, Default)]
pub(super) struct Strings {
    numbers: HashMap<String, u32>,
}

impl Strings {
    /// The number of a text, after escaping its invisible characters.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let new = self.numbers.len() as u32;
        *self.numbers.entry(visible(text)).or_insert(new)
    }

    /// All texts, in the order of their numbers.
    pub(super) fn in_order(&self) -> Vec<&str> {
        let mut texts: Vec<(u32, &str)> =
            self.numbers.iter().map(|(text, &number)| (number, text.as_str())).collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, text)| text).collect()
    }
}

/// The name of a type, with a leading space if the developer tools would treat it specially.
///
/// They cut names that start with `<` or `Detached <` at the first space. `Object`, `Array` and `system / …` have meanings of
/// their own (HeapSnapshot.ts of chrome-devtools-frontend 1.0.1705227). No type name starts with a space.
pub(super) fn plain(name: &str) -> Cow<'_, str> {
    let is_special = ["<", "Detached ", "system / "].iter().any(|start| name.starts_with(start))
        || ["Object", "Array"].contains(&name);
    if is_special { Cow::Owned(format!(" {name}")) } else { Cow::Borrowed(name) }
}
