//! Keeps caches of `moka` and `quick_cache` within a budget in bytes, and shows that weights from `size_of_val` exceed it.
//!
//! ```text
//! cargo run --package bounded_cache
//! ```
//!
//! The entries are sections of this repository's files, with an index of their words. All sections share the words, so
//! one `Arc<str>` is in many entries. The program weighs entries in three ways and compares each with the allocator's count:
//!
//! 1. `size_of_val` ignores all memory that an entry owns.
//! 2. `deep_size` of each entry alone counts a shared word once for every entry that has it.
//! 3. A `Tally` that has already counted the words returns the bytes that each entry adds. The overhead of the cache itself
//!    is measured and added.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fs;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use deep_size::{DeepSize, Tally};

/// The limit for the words and a cache together, in bytes.
const BUDGET: usize = 1 << 20;

/// Lines in a section.
const SECTION: usize = 20;

/// Some lines of a file, with the positions of each word.
#[derive(DeepSize)]
struct Section {
    file: Arc<str>,
    text: String,
    positions: BTreeMap<Arc<str>, Vec<u32>>,
}

/// A section with its weight. Caches read the weight often, and it must not change.
#[derive(DeepSize)]
struct Entry {
    weight: u32,
    section: Section,
}

/// All words and names of all files.
#[derive(DeepSize)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn shared(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.0.get(word) {
            return Arc::clone(known);
        }
        let new: Arc<str> = word.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// Calls a function with each section of all files.
fn for_each_section(files: &[PathBuf], words: &mut Words, mut use_it: impl FnMut(String, Section)) {
    for file in files {
        let text = fs::read_to_string(file).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let name = words.shared(&file.display().to_string());
        for (number, lines) in lines.chunks(SECTION).enumerate() {
            let text = lines.join("\n");
            let mut positions = BTreeMap::<_, Vec<u32>>::new();
            for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 2) {
                let position = word.as_ptr().addr() - text.as_ptr().addr();
                positions.entry(words.shared(word)).or_default().push(position as u32);
            }
            use_it(format!("{name}:{number}"), Section { file: Arc::clone(&name), text, positions });
        }
    }
}

/// A way to weigh entries.
enum Weigh<'w> {
    Shallow,
    Deep,
    /// The bytes that an entry adds to the tally, and a fixed number for the cache's own overhead.
    Added(&'w mut Tally, usize),
}

impl Weigh<'_> {
    fn entry(&mut self, key: &String, section: Section) -> Arc<Entry> {
        /// The two counts before a value behind an `Arc`.
        const COUNTS: usize = size_of::<[usize; 2]>();

        let mut entry = Entry { weight: 0, section };
        let weight = match self {
            Self::Shallow => size_of_val(key) + size_of_val(&entry),
            Self::Deep => key.deep_size() + entry.deep_size(),
            // A tally identifies shared blocks by address, so they must stay allocated. The words do. An evicted entry
            // does not, so it is added before it is put into an `Arc`.
            Self::Added(tally, overhead) => key.heap_size() + tally.add(&entry) + COUNTS + *overhead,
        };
        entry.weight = u32::try_from(weight).unwrap_or(u32::MAX);
        Arc::new(entry)
    }
}

/// A cache bounded by the sum of its entries' weights.
trait Cache {
    const NAME: &'static str;
    /// The parts of its overhead for an entry.
    const PARTS: &'static str;
    fn new(bound: usize) -> Self;
    fn insert(&self, key: String, entry: Arc<Entry>);
    /// Finishes pending work, and returns the number of entries and their weight.
    fn settle(&self) -> (usize, u64);
}

/// The same order on every run.
type Hasher = BuildHasherDefault<DefaultHasher>;

impl Cache for Moka {
    const NAME: &'static str = "moka";
    const PARTS: &'static str = "a bucket, a counted record, the nodes of two queues";

    fn new(bound: usize) -> Self {
        let builder = moka::sync::Cache::builder().max_capacity(bound as u64);
        builder.weigher(|_: &String, entry: &Arc<Entry>| entry.weight).build_with_hasher(Hasher::default())
    }

    fn insert(&self, key: String, entry: Arc<Entry>) {
        self.insert(key, entry);
    }

    fn settle(&self) -> (usize, u64) {
        self.run_pending_tasks();
        // Evicted entries are freed during later look-ups.
        (0..2_000).for_each(|_| drop(self.get("")));
        (self.entry_count() as usize, self.weighted_size())
    }
}

#[derive(Clone)]
struct Weighter;

impl quick_cache::Weighter<String, Arc<Entry>> for Weighter {
    fn weight(&self, _: &String, entry: &Arc<Entry>) -> u64 {
        entry.weight.into()
    }
}

type Moka = moka::sync::Cache<String, Arc<Entry>, Hasher>;
type QuickCache = quick_cache::sync::Cache<String, Arc<Entry>, Weighter, Hasher>;

impl Cache for QuickCache {
    const NAME: &'static str = "quick_cache";
    const PARTS: &'static str = "a slot of a slab with its links, a bucket";

    fn new(bound: usize) -> Self {
        let options = quick_cache::OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(1_000)
            // By default, the cache also reserves slots for the keys of evicted entries.
            .ghost_allocation(0.0)
            .weight_capacity(bound as u64)
            .build()
            .expect("all required options are set");
        Self::with_options(options, Weighter, Hasher::default(), Default::default())
    }

    fn insert(&self, key: String, entry: Arc<Entry>) {
        self.insert(key, entry);
    }

    fn settle(&self) -> (usize, u64) {
        (self.len(), self.weight())
    }
}

/// The memory of a cache itself: when it is empty, and for each entry besides the memory of key and value.
#[derive(Clone, Copy)]
struct Overhead {
    fixed: usize,
    entry: usize,
}

impl Overhead {
    /// Fills caches of several sizes with entries of known size, and takes the worst, because tables grow in steps.
    fn measure<C: Cache>() -> Self {
        let kept = |entries: usize| {
            C::new(0).settle();
            let before = LIVE.load(Relaxed);
            let cache = C::new(usize::MAX / 4);
            let mut owned = 0;
            for number in 0..entries {
                let key = format!("{number:8}");
                let section = Section { file: "".into(), text: String::new(), positions: BTreeMap::new() };
                let entry = Weigh::Deep.entry(&key, section);
                owned += key.heap_size() + entry.heap_size();
                cache.insert(key, entry);
            }
            cache.settle();
            LIVE.load(Relaxed) - before - owned
        };
        let fixed = kept(0);
        let each = |entries| (kept(entries) - fixed).div_ceil(entries);
        Self { fixed, entry: [50, 100, 200, 400, 800].into_iter().map(each).max().unwrap_or(0) }
    }
}

/// A way to weigh entries, without its data.
#[derive(Clone, Copy)]
enum Method {
    Shallow,
    Deep,
    Added,
}

/// Fills a cache with all sections. Prints and returns the live bytes.
fn fill<C: Cache>(files: &[PathBuf], method: Method) -> usize {
    let overhead = Overhead::measure::<C>();
    C::new(0).settle();
    let before = LIVE.load(Relaxed);

    let mut words = Words(HashSet::new());
    for_each_section(files, &mut words, |_, _| {});
    let mut tally = Tally::new();
    let (bound, mut weigh, name) = match method {
        Method::Shallow => (BUDGET, Weigh::Shallow, "size_of_val".to_owned()),
        Method::Deep => (BUDGET, Weigh::Deep, "deep_size".to_owned()),
        Method::Added => {
            // The words, the tally that records them, and the empty cache.
            let base = tally.add(&words) + tally_size(&words) + overhead.fixed;
            let name = format!("added bytes + {} B", overhead.entry);
            (BUDGET - base, Weigh::Added(&mut tally, overhead.entry), name)
        }
    };
    let cache = C::new(bound);
    for_each_section(files, &mut words, |key, section| {
        let entry = weigh.entry(&key, section);
        cache.insert(key, entry);
    });

    let (entries, weight) = cache.settle();
    let live = LIVE.load(Relaxed) - before;
    let share = live as f64 * 100.0 / BUDGET as f64;
    println!("{:<12} {name:<26} {entries:>7} {weight:>11} {live:>11} {share:>8.0} %", C::NAME);
    live
}

/// A tally takes at most 64 bytes for each block that it records.
fn tally_size(words: &Words) -> usize {
    words.0.len() * 64
}

fn describe<C: Cache>() {
    let Overhead { fixed, entry } = Overhead::measure::<C>();
    println!("{} takes {fixed} B when empty, and up to {entry} B for each entry: {}", C::NAME, C::PARTS);
}

fn compare<C: Cache>(files: &[PathBuf]) {
    let shallow = fill::<C>(files, Method::Shallow);
    fill::<C>(files, Method::Deep);
    let added = fill::<C>(files, Method::Added);
    assert!(shallow > 2 * BUDGET, "weights from `size_of_val` exceed the budget");
    assert!(added <= BUDGET, "weights with overhead stay within the budget");
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The repository is two folders up.
    let root = folder.ancestors().nth(2).unwrap_or(folder);
    let mut files = ["Cargo.lock", "README.md"].map(|name| root.join(name)).to_vec();
    for folder in ["docs", "src", "examples"] {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();

    let mut words = Words(HashSet::new());
    let (mut count, mut all) = (0, Vec::new());
    for_each_section(&files, &mut words, |key, section| {
        count += 1;
        all.push((key, section));
    });
    println!("{} files, {count} sections of {SECTION} lines, {} different words", files.len(), words.0.len());
    let (deep, alone) = (all.deep_size(), all.iter().map(DeepSize::deep_size).sum::<usize>());
    println!("all sections: {deep} B together, {alone} B as the sum of separate measurements");
    drop((all, words));

    describe::<Moka>();
    describe::<QuickCache>();

    println!("\nbudget: {BUDGET} B");
    println!("cache        weight of an entry         entries      weight  live bytes  of budget");
    compare::<Moka>(&files);
    compare::<QuickCache>(&files);
    Ok(())
}

/// All files in a folder and below.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The live bytes of the whole program.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is forwarded to `System`; the default `realloc` and `alloc_zeroed` call these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract, which `System` shares.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract, which `System` shares.
        unsafe { System.dealloc(block, layout) }
    }
}
