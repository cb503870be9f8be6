//! The data of a search tool for each file and folder.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, RwLock, Weak};

use arbitrary::Unstructured;
use bstr::BString;
use deep_size::DeepSize;
use smallvec::SmallVec;

use super::{assert_states_exact, random};
use crate::random::{Random, below, length};

#[derive(DeepSize)]
struct Match {
    start: u64,
    end: u64,
}

#[derive(DeepSize)]
struct Line {
    number: Option<u64>,
    offset: u64,
    bytes: BString,
    matches: SmallVec<[Match; 2]>,
}

#[derive(DeepSize)]
enum Replacement {
    None,
    Same(BString),
    Captures { text: BString, groups: Vec<Option<Match>>, names: Vec<Option<Arc<str>>> },
}

#[derive(DeepSize)]
struct Buffer {
    path: PathBuf,
    before: VecDeque<Line>,
    lines: Vec<Line>,
    replacement: Replacement,
    raw: Vec<u8>,
}

#[derive(DeepSize)]
struct Glob {
    from: Option<PathBuf>,
    original: String,
    actual: String,
    is_whitelist: bool,
}

#[derive(DeepSize)]
enum Strategy {
    Literal(HashMap<Vec<u8>, Vec<u32>>),
    Extension(HashMap<OsString, Vec<u32>>),
    Suffix { suffix: Box<[u8]>, index: u32 },
}

#[derive(DeepSize)]
struct Gitignore {
    root: PathBuf,
    set: Arc<Vec<Strategy>>,
    globs: Vec<Glob>,
}

random! {
    struct Match { start, end }
    struct Line { number, offset, bytes, matches }
    enum Replacement { None {} Same { 0 } Captures { text, groups, names } }
    struct Buffer { path, before, lines, replacement, raw }
    struct Glob { from, original, actual, is_whitelist }
    enum Strategy { Suffix { suffix, index } Literal { 0 } Extension { 0 } }
    struct Gitignore { root, set, globs }
}

type Compiled = Arc<RwLock<HashMap<OsString, Weak<Folder>>>>;

/// The rules of a folder, and its parent. All folders share the rules still in use.
#[derive(DeepSize)]
struct Folder {
    compiled: Compiled,
    parent: Option<Arc<Folder>>,
    rules: Gitignore,
    overrides: Arc<Gitignore>,
}

#[derive(DeepSize)]
struct Search {
    folders: Vec<Arc<Folder>>,
    found: Vec<Buffer>,
    pattern: Arc<str>,
}

fn search(source: &mut Unstructured<'_>) -> Search {
    let compiled = Compiled::default();
    let overrides = Arc::random(source, 1);
    let mut all: Vec<Arc<Folder>> = Vec::new();
    for _ in 0..length(source, 1) {
        let parent = all.get(below(source, all.len() + 1)).cloned();
        let (compiled, overrides) = (Arc::clone(&compiled), Arc::clone(&overrides));
        let folder = Arc::new(Folder { compiled, parent, rules: Gitignore::random(source, 1), overrides });
        let name = OsString::from(all.len().to_string());
        folder.compiled.write().unwrap().insert(name, Arc::downgrade(&folder));
        all.push(folder);
    }
    // Removes some folders, which leaves weak handles on them.
    let folders = all.into_iter().filter(|_| bool::random(source, 0)).collect();
    Search { folders, found: Vec::random(source, 0), pattern: Arc::random(source, 0) }
}

#[test]
fn a_search_tool_is_exact() {
    assert_states_exact(search);
}
