//! Distinct texts by position.

use std::borrow::Cow;
use std::collections::HashMap;

/// A table of distinct texts, which columns refer to by position.
#[derive(Clone, Debug, Default)]
pub struct Texts<'t> {
    positions: HashMap<Cow<'t, str>, usize>,
    /// The texts, by position.
    pub texts: Vec<Cow<'t, str>>,
}

impl<'t> Texts<'t> {
    /// The position of a text, which is added if it is new.
    pub fn position(&mut self, text: impl Into<Cow<'t, str>>) -> usize {
        let text = text.into();
        if let Some(&position) = self.positions.get(&text) {
            return position;
        }
        let position = self.texts.len();
        self.texts.push(text.clone());
        self.positions.insert(text, position);
        position
    }
}
