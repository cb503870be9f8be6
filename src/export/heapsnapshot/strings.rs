//! The texts of a snapshot: each once, and types by short names.

use std::borrow::ToOwned;
use std::collections::HashMap;
use std::string::String;
use std::vec::Vec;

use crate::Report;
use crate::inspect::names::short;

/// Texts by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    numbers: HashMap<String, u32>,
}

impl Strings {
    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        match self.numbers.get(text) {
            Some(&number) => number,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(text.to_owned(), number);
                number
            }
        }
    }

    /// All texts, in the order of their numbers.
    pub(super) fn in_order(&self) -> Vec<&str> {
        let mut texts: Vec<(u32, &str)> =
            self.numbers.iter().map(|(text, &number)| (number, text.as_str())).collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, text)| text).collect()
    }
}

/// The names of the types of a report.
#[derive(Debug)]
pub(super) struct TypeNames<'r> {
    shown: HashMap<&'r str, String>,
}

impl<'r> TypeNames<'r> {
    /// Short names, but for types that would share one: these keep their paths.
    pub(super) fn of(report: &'r Report) -> Self {
        let in_tree = report.nodes().map(|node| node.type_name());
        let of_blocks = report.shared_allocations().map(|block| block.type_name());
        let mut shown: HashMap<&str, String> = HashMap::new();
        for name in in_tree.chain(of_blocks) {
            shown.entry(name).or_insert_with(|| plain(short(name)));
        }
        let mut types: HashMap<&str, usize> = HashMap::new();
        shown.values().for_each(|name| *types.entry(name).or_default() += 1);
        let doubtful: Vec<&str> =
            shown.iter().filter(|(_, name)| types[name.as_str()] > 1).map(|(&full, _)| full).collect();
        for full in doubtful {
            shown.insert(full, plain(full.to_owned()));
        }
        Self { shown }
    }

    pub(super) fn of_type(&self, full: &str) -> &str {
        self.shown.get(full).map_or("", String::as_str)
    }
}

/// A name in which the developer tools see nothing special.
///
/// They cut what begins with `<` or `Detached <` at the first space, take objects named `Object` for unnamed ones, and
/// know what `Array` and `system / …` are (HeapSnapshot.ts of chrome-devtools-frontend 1.0.1705227).
fn plain(name: String) -> String {
    let is_special = ["<", "Detached ", "system / "].iter().any(|start| name.starts_with(start))
        || ["Object", "Array"].contains(&name.as_str());
    if is_special { String::from(" ") + &name } else { name }
}
