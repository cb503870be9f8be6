//! An index of the words in a JSON file.

use std::collections::HashMap;
use std::sync::Arc;

use deep_size::DeepSize;
use serde_json::Value;

/// The keys of all objects, and the words of all strings.
#[derive(DeepSize, Default)]
pub(crate) struct Index {
    /// The number of occurrences of each key.
    keys: HashMap<Arc<str>, usize>,
    /// The numbers of the strings that contain each word, in file order.
    words: HashMap<String, Vec<u32>>,
    texts: u32,
}

impl Index {
    /// Indexes each string, in file order.
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

    pub(crate) fn word_count(&self) -> usize {
        self.words.len()
    }
}
