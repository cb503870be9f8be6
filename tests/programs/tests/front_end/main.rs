//! The live memory of a compiler front end that has parsed the sources of the facade.
//!
//! Two threads parse the files, each file with two parsers. The first builds a lossless tree of `rowan`. The second is `syn`. Its
//! trees are lowered to types of this program, with interned names, and then dropped.

mod hir;
mod lower;
mod syntax;

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use deep_size::DeepSize;
use deep_size::registry::Registry;
use deep_size_programs_tests::{Program, claimed, unclaimed, unclaimed_at};
use deep_size_track::{Cause, TrackingAllocator};
use hashbrown::{HashMap, HashSet};
use indexmap::IndexMap;
use rowan::{GreenNode, NodeCache};

use self::hir::{Item, ItemKind, Module, Name};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Interned names. Names of more than 23 bytes are on the heap.
#[derive(Debug, Default, DeepSize)]
struct Names(Mutex<HashSet<Name>>);

impl Names {
    fn intern(&self, name: &str) -> Name {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get_or_insert_with(name, |name| Name::new(name)).clone()
    }
}

#[derive(Debug, DeepSize)]
struct Source {
    text: Arc<str>,
    /// The offset of each line.
    lines: Vec<u32>,
}

#[derive(Debug, DeepSize)]
struct Definition {
    file: u32,
    item: la_arena::Idx<Item>,
}

/// The definitions of each name.
#[derive(Debug, Default, DeepSize)]
struct Symbols {
    definitions: HashMap<Name, Vec<Definition>>,
    /// The number of imports of each name, in the order of the files.
    imports: IndexMap<Name, u32>,
}

/// The results of all phases, in the order of the files.
struct FrontEnd {
    registry: Registry,
    sources: Arc<IndexMap<PathBuf, Source>>,
    modules: Arc<Vec<Module>>,
    _trees: Arc<Vec<GreenNode>>,
    _symbols: Arc<Symbols>,
    _names: Arc<Names>,
}

/// A parsed file.
struct Parsed {
    file: usize,
    source: Source,
    tree: GreenNode,
    module: Module,
}

impl FrontEnd {
    fn run(files: Vec<PathBuf>) -> Self {
        let names = Arc::new(Names::default());
        let mut parsed = parse_all(&files, &names);
        parsed.sort_by_key(|parsed| parsed.file);
        let (mut sources, mut trees, mut modules) =
            (IndexMap::with_capacity(files.len()), Vec::new(), Vec::new());
        for (path, parsed) in files.into_iter().zip(parsed) {
            sources.insert(path, parsed.source);
            trees.push(parsed.tree);
            modules.push(parsed.module);
        }
        let symbols = Arc::new(Symbols::of(&modules));
        let (sources, trees, modules) = (Arc::new(sources), Arc::new(trees), Arc::new(modules));
        let registry = Registry::new();
        registry.register("sources", &sources);
        registry.register("syntax", &trees);
        registry.register("hir/modules", &modules);
        registry.register("hir/symbols", &symbols);
        registry.register("names", &names);
        Self { registry, sources, modules, _trees: trees, _symbols: symbols, _names: names }
    }
}

fn parse_all(files: &[PathBuf], names: &Names) -> Vec<Parsed> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut cache, mut parsed) = (NodeCache::default(), Vec::new());
        while let Some((file, path)) = {
            let file = next.fetch_add(1, Ordering::Relaxed);
            files.get(file).map(|path| (file, path))
        } {
            let text: Arc<str> = fs::read_to_string(path).expect("the file is readable").into();
            let tree = syntax::tree(&text, &mut cache);
            let module = lower::lower(&syn::parse_file(&text).expect("the file is valid Rust"), names);
            let lines = text.match_indices('\n').map(|(at, _)| at as u32 + 1).collect();
            parsed.push(Parsed { file, source: Source { text, lines }, tree, module });
        }
        parsed
    };
    thread::scope(|scope| {
        // The parser recurses deeply in debug builds.
        let spawn =
            || thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work).expect("a thread");
        let workers = [spawn(), spawn()];
        workers.into_iter().flat_map(|worker| worker.join().expect("the worker ends")).collect()
    })
}

impl Symbols {
    fn of(modules: &[Module]) -> Self {
        let mut symbols = Self::default();
        for (file, module) in modules.iter().enumerate() {
            for (index, item) in module.items.iter() {
                if !item.name.is_empty() && !matches!(item.kind, ItemKind::Other) {
                    let definition = Definition { file: file as u32, item: index };
                    symbols.definitions.entry(item.name.clone()).or_default().push(definition);
                }
            }
            for name in module.imports.iter().filter_map(|path| path.segments.last()) {
                *symbols.imports.entry(name.clone()).or_default() += 1;
            }
        }
        symbols
    }
}

/// Adds all Rust files in a folder and its subfolders.
fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn roots_explain_the_memory_of_a_front_end() {
    let program = Program::record();
    let mut files = Vec::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("it is two folders up");
    rust_files(&repository.join("src"), &mut files);
    files.sort();
    let front_end = FrontEnd::run(files);

    let coverage = program.coverage(&front_end.registry);
    println!("{coverage}");
    assert!(coverage.live().amount.size > 8 << 20, "{coverage}");
    assert!(program.explained(&coverage) >= 990, "{coverage}");
    // `IndexMap` does not expose the addresses of its tables. The rest belongs to the registry and to the test harness.
    let rest = unclaimed(&coverage);
    let bytes_of = |names: [&str; 2]| names.iter().filter_map(|name| rest.get(name)).sum::<u64>();
    let tables = bytes_of(["hashbrown", "indexmap"]);
    assert_eq!(tables, coverage.unmatched(Cause::NoAddress).size, "{coverage:#}");
    let own = bytes_of(["deep_size", "front_end"]);
    assert_eq!(tables + own, rest.values().sum::<u64>(), "{coverage:#}");
    assert!(tables > 0 && own > 0 && own < 4096, "{coverage:#}");

    // The counts and the text of an `Arc<str>`, and a vector.
    let (texts, lines) = front_end.sources.values().fold((0, 0), |(texts, lines), source| {
        (texts + (16 + source.text.len()).next_multiple_of(8), lines + 4 * source.lines.capacity())
    });
    assert_eq!(claimed(&coverage, "sources.values[].text"), texts as u64, "{coverage}");
    assert_eq!(claimed(&coverage, "sources.values[].lines"), lines as u64, "{coverage}");

    // A forgotten field, and a block that no root holds.
    let summaries =
        front_end.modules.iter().map(summarise).fold((0, 0), |sum, made| (sum.0 + made.0, sum.1 + made.1));
    let (unregistered, line) = (vec![0_u8; 100_003], line!());
    let coverage = program.coverage(&front_end.registry);
    assert_eq!(unclaimed_at(&coverage, FILE, SUMMARY_LINES), summaries, "{coverage:#}");
    let planted = unclaimed_at(&coverage, FILE, line..=line);
    assert_eq!(planted, (unregistered.len() as u64, 1), "{coverage:#}");
}

const FILE: &str = "tests/front_end/main.rs";

/// The lines that allocate summaries.
const SUMMARY_LINES: RangeInclusive<u32> = line!() + 5..=line!() + 6;

/// Fills the skipped field. Returns its bytes and blocks.
fn summarise(module: &Module) -> (u64, u64) {
    let documented = module.items.values().filter_map(|item| item.documentation.as_deref());
    let lines = documented.map(|text| text.trim_start().lines().next().unwrap_or_default().to_owned());
    let summaries: Vec<String> = lines.collect();
    let texts = summaries.iter().map(String::capacity).filter(|&size| size > 0);
    let sizes: Vec<usize> = [summaries.capacity() * size_of::<String>()].into_iter().chain(texts).collect();
    let blocks = sizes.iter().filter(|&&size| size > 0).count();
    module.summaries.set(summaries).expect("it is filled once");
    (sizes.iter().sum::<usize>() as u64, blocks as u64)
}
