//! Names of functions, files and lines for return addresses.

#[cfg(target_os = "linux")]
mod dwarf;
#[cfg(not(target_os = "linux"))]
#[path = "system.rs"]
mod dwarf;
mod names;
mod owner;
mod paths;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};
use std::mem;
use std::sync::Arc;

#[cfg(all(any(feature = "json", feature = "pprof"), target_os = "linux"))]
pub(crate) use dwarf::build_id;
pub(crate) use names::{Names, Place, Symbol, UNKNOWN};
pub(crate) use owner::Origin;

use backtrace::SymbolName;

use crate::counters::untracked;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use crate::counters::untracked_counts;
use crate::hash::AddressHasher;
use crate::lock::Lock;
use crate::modules::{self, Module};
use crate::sites::is_mark;
use crate::snapshot::Frame;

type Hashes = BuildHasherDefault<AddressHasher>;
type TextHashes = BuildHasherDefault<DefaultHasher>;

/// The functions at all addresses looked up so far.
pub(crate) struct SymbolCache {
    at: HashMap<usize, Place, Hashes>,
    symbols: HashSet<Frame, TextHashes>,
    strings: HashSet<Arc<str>, TextHashes>,
    /// The modules at the last look-up.
    modules: Vec<Module>,
    /// The `main` functions of the program's crates, with hashes.
    mains: Vec<Arc<str>>,
    /// The crate of each file, if a function in it has a whole path.
    packages: HashMap<Arc<str>, Arc<str>, TextHashes>,
    /// The hashes of the counted traces, which contain a function without a name.
    counted: HashSet<u64, Hashes>,
}

/// Free memory is returned to the system after a look-up that allocates more bytes than this.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const TRIMMED: u64 = 4 << 20;

/// The number of traces that are counted. They are enough to find the functions that many of them share.
const MAX_COUNTED: usize = 1 << 16;

pub(crate) static CACHE: Lock<SymbolCache> = Lock::new(SymbolCache::EMPTY);

/// Frees the names of functions and files that no snapshot uses.
///
/// By default, names are kept, so that the next snapshot looks up new addresses only. After this call, it looks up all addresses
/// again.
///
/// # Examples
///
/// ```
/// use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator, forget_names, tracker_size};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1000];
/// println!("{}", Snapshot::take().statistics(By::Line));
/// # drop(kept);
/// recording.stop();
/// let before = tracker_size();
/// forget_names();
/// assert!(tracker_size() < before);
/// ```
pub fn forget_names() {
    untracked(|| *CACHE.lock() = SymbolCache::EMPTY);
}

/// A function at an address, as the compiler has named it. Unknown names are empty.
#[derive(Clone, Copy, Debug)]
struct Function<'f> {
    name: &'f [u8],
    file: &'f str,
    line: u32,
}

/// Looks up the functions of traces, in one pass over the files of their modules. Call it untracked, and drop the result untracked.
///
/// The cache forgets names of a module that was replaced by another one. Names of a module that is gone stay.
pub(crate) fn look_up<'t>(traces: impl Iterator<Item = &'t [usize]> + Clone) -> Names {
    let mut cache = CACHE.lock();
    let cache = &mut *cache;
    let modules = modules::all();
    if modules != cache.modules {
        let holder = |modules: &[Module], address: usize| {
            modules.iter().find(|module| module.holds(address as u64 - 1)).cloned()
        };
        let before = mem::replace(&mut cache.modules, modules.clone());
        cache.at.retain(|&address, _| {
            holder(&modules, address).is_none_or(|module| holder(&before, address) == Some(module))
        });
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    let before = untracked_counts().allocated_size;
    let is_address = |address: &usize| *address != 0 && !is_mark(*address);
    let mut all: Vec<usize> = traces.clone().flatten().copied().filter(is_address).collect();
    all.sort_unstable();
    all.dedup();
    let new: Vec<usize> = all.iter().copied().filter(|address| !cache.at.contains_key(address)).collect();
    for module in &modules {
        let from = new.partition_point(|address| *address as u64 <= module.start);
        let to = new.partition_point(|address| *address as u64 <= module.end);
        if from < to {
            // The addresses of a file that cannot be read have no names.
            let _ = dwarf::look_up(cache, module, &new[from..to]);
        }
    }
    for &address in &new {
        cache.add_unknown(address, &format!("{address:#x}"));
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if untracked_counts().allocated_size.wrapping_sub(before) > TRIMMED {
        #[expect(unsafe_code, reason = "a call of the C library")]
        // SAFETY: the function only returns free memory to the system. Otherwise, the C library keeps the batch's memory.
        unsafe {
            libc::malloc_trim(0);
        }
    }
    for trace in traces {
        let is_nameless = |address: &&usize| {
            cache.at.get(*address).is_some_and(|place| place.frames[0].origin() == Origin::Unknown)
        };
        let mut nameless: Vec<usize> = trace.iter().filter(is_nameless).copied().collect();
        if !nameless.is_empty()
            && cache.counted.len() < MAX_COUNTED
            && cache.counted.insert(BuildHasherDefault::<AddressHasher>::new().hash_one(trace))
        {
            // A recursive function counts once.
            nameless.sort_unstable();
            nameless.dedup();
            for address in &nameless {
                cache.at.entry(*address).and_modify(|place| place.traces += 1);
            }
        }
    }
    Names::new(all.into_iter().map(|address| (address, cache.at[&address].clone())))
}

/// Defines the functions at an address, by name, file and line.
#[cfg(test)]
pub(crate) fn define(address: usize, functions: &[(&str, &str, u32)]) {
    untracked(|| {
        let functions: Vec<Function<'_>> = functions
            .iter()
            .map(|&(name, file, line)| Function { name: name.as_bytes(), file, line })
            .collect();
        CACHE.lock().add(address, &functions);
    });
}

impl SymbolCache {
    const EMPTY: Self = Self {
        at: HashMap::with_hasher(BuildHasherDefault::new()),
        symbols: HashSet::with_hasher(BuildHasherDefault::new()),
        strings: HashSet::with_hasher(BuildHasherDefault::new()),
        modules: Vec::new(),
        mains: Vec::new(),
        packages: HashMap::with_hasher(BuildHasherDefault::new()),
        counted: HashSet::with_hasher(BuildHasherDefault::new()),
    };

    /// Adds the functions at an address, innermost first.
    fn add(&mut self, address: usize, functions: &[Function<'_>]) {
        let is_known = |function: &&Function<'_>| !function.name.is_empty() || !function.file.is_empty();
        let frames: Vec<_> =
            functions.iter().filter(is_known).map(|function| self.symbol(function)).collect();
        if !frames.is_empty() {
            self.at.insert(address, Place::new(frames, 0));
        }
    }

    /// Adds a function without a name, unless the address is known.
    fn add_unknown(&mut self, address: usize, label: &str) {
        let place = || Place::new(vec![Frame::new(Symbol::unknown(label.into()))], 0);
        self.at.entry(address).or_insert_with(place);
    }

    fn symbol(&mut self, function: &Function<'_>) -> Frame {
        let Function { name, file, line } = *function;
        let name = SymbolName::new(name);
        let (hashed, function) = (&*format!("{name}"), &*format!("{name:#}"));
        let short = paths::short(file, paths::here());
        let owner = owner::of(hashed, function, file, &self.mains);
        let mut package = self.intern(&owner.package);
        let file = self.intern(file);
        if owner.is_certain && owner.kind == Origin::Program && !file.is_empty() {
            self.packages.insert(file.clone(), package.clone());
        } else if owner.kind == Origin::Program {
            // The folder of a crate may have another name.
            package = self.packages.get(&file).cloned().unwrap_or(package);
        }
        let label = if owner.is_certain || function.is_empty() || file.is_empty() {
            self.intern(function)
        } else {
            self.intern(&format!("{function} ({short})"))
        };
        let frame = Frame::new(Symbol {
            short_file: self.intern(&short),
            line,
            function: self.intern(function),
            label,
            file,
            package,
            kind: owner.kind,
            is_own: owner.is_own,
        });
        interned(&mut self.symbols, frame)
    }

    fn intern(&mut self, string: &str) -> Arc<str> {
        let known = self.strings.get(string).cloned();
        known.unwrap_or_else(|| interned(&mut self.strings, string.into()))
    }
}

/// Returns the equal value in a set, after inserting it if it is missing.
fn interned<T: Clone + Eq + Hash>(set: &mut HashSet<T, TextHashes>, value: T) -> T {
    if let Some(known) = set.get(&value) {
        return known.clone();
    }
    set.insert(value.clone());
    value
}
