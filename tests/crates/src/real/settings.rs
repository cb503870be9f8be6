//! The settings of an editor: defaults, user settings, and the result.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use arbitrary::Unstructured;
use deep_size::DeepSize;
use either::Either;
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{assert_states_exact, random};
use crate::random::{Random, below, length};

#[derive(DeepSize)]
struct Keystroke {
    key: char,
    modifiers: u8,
    ime: Option<Box<str>>,
}

#[derive(DeepSize)]
struct KeyBinding {
    action: Arc<str>,
    arguments: Option<Value>,
    keystrokes: Box<[Keystroke]>,
    context: Option<Arc<Predicate>>,
}

#[derive(DeepSize)]
enum Predicate {
    True,
    Identifier(Arc<str>),
    Not(Box<Predicate>),
    And(Box<Predicate>, Box<Predicate>),
}

#[derive(DeepSize)]
struct Profile {
    values: toml::Table,
    extends: Option<Either<String, Vec<String>>>,
}

#[derive(DeepSize)]
struct Language {
    name: Arc<str>,
    suffixes: Vec<String>,
    overrides: BTreeMap<String, Value>,
    tab_size: Option<u32>,
}

random! {
    struct Keystroke { key, modifiers, ime }
    struct KeyBinding { action, arguments, keystrokes, context }
    enum Predicate { True {} Identifier { 0 } Not { 0 } And { 0, 1 } }
    struct Profile { values, extends }
    struct Language { name, suffixes, overrides, tab_size }
}

#[derive(DeepSize)]
struct Settings {
    defaults: Arc<Map<String, Value>>,
    user: Value,
    merged: OnceLock<Arc<Map<String, Value>>>,
    keymap: IndexMap<String, Vec<KeyBinding>>,
    profiles: HashMap<Box<str>, Profile>,
    languages: Vec<Arc<Language>>,
    by_suffix: BTreeMap<String, Arc<Language>>,
}

fn settings(source: &mut Unstructured<'_>) -> Settings {
    let defaults = Arc::new(Map::random(source, 1));
    let languages: Vec<Arc<Language>> = (0..length(source, 1)).map(|_| Arc::random(source, 1)).collect();
    let by_suffix = languages
        .iter()
        .flat_map(|language| language.suffixes.iter().map(|suffix| (suffix.clone(), language.clone())));
    let merged = match below(source, 3) {
        0 => OnceLock::new(),
        1 => OnceLock::from(defaults.clone()),
        _ => OnceLock::from(Arc::new(Map::random(source, 1))),
    };
    Settings {
        by_suffix: by_suffix.collect(),
        languages,
        merged,
        defaults,
        user: Value::random(source, 0),
        keymap: IndexMap::random(source, 1),
        profiles: HashMap::random(source, 1),
    }
}

#[test]
fn the_settings_of_an_editor_are_exact() {
    assert_states_exact(settings);
}
