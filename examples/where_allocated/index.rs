//! Where in a JSON file each word stands.

use std::collections::HashMap;
use std::sync::Arc;

use deep_size::DeepSize;
use serde_json::Value;

/// The words of all texts in a JSON file.
#[derive(DeepSize, Default)]
pub(crate) struct Index {
    /// The keys of objects, and how often each occurs.
    keys: HashMap<Arc<str>, usize>,
    /// In which texts each word stands, counted from the start of the file.
    words: HashMap<String, Vec<u32>>,
    texts: u32,
}

impl Index {
    /// Looks at each text, in the order of the file.
    pub(crate) fn of(file: &Value) -> Self {
        let mut index = Self::default();
        let mut ahead = vec![file];
        while let Some(value) = ahead.pop() {
            match value {
                Value::String(text) => index.add_text(text),
                Value::Array(values) => ahead.extend(values.iter().rev()),
                Value::Object(entries) => {
                    for (key, value) in entries.iter().rev() {
                        index.add_key(key);
                        ahead.push(value);
                    }
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        index
    }

    fn add_key(&mut self, key: &str) {
        match self.keys.get_mut(key) {
            Some(count) => *count += 1,
            None => {
                self.keys.insert(key.into(), 1);
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            match self.words.get_mut(word) {
                Some(texts) => texts.push(self.texts),
                None => {
                    self.words.insert(word.to_owned(), vec![self.texts]);
                }
            }
        }
        self.texts += 1;
    }

    /// How many different words there are.
    pub(crate) fn words(&self) -> usize {
        self.words.len()
    }
}
