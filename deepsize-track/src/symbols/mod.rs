//! Names of functions, files and lines for return addresses.

#[cfg(target_os = "linux")]
mod dwarf;
#[cfg(not(target_os = "linux"))]
#[path = "system.rs"]
mod dwarf;
mod owner;
mod paths;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::mem;

#[cfg(all(feature = "pprof", target_os = "linux"))]
pub(crate) use dwarf::build_id;
pub(crate) use owner::Origin;

use backtrace::SymbolName;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use crate::counters::untracked_counts;
use crate::hash::AddressHasher;
use crate::lock::{Lock, RawLock};
use crate::modules::{self, Module};
use crate::sites::{OTHER_ADDRESS, TRUNCATED, is_mark};

/// A function at an address, inlined ones too. Symbols are interned, so equal ones have the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol {
    /// The short path of the file. Unknown names are empty.
    pub(crate) short: &'static str,
    pub(crate) line: u32,
    /// The function's path, without the compiler's hash. For some functions only the last part is known.
    pub(crate) function: &'static str,
    /// The same, followed by the file if the path alone is ambiguous. For unknown functions, the address in the module.
    pub(crate) label: &'static str,
    /// The path of the file, as it was passed to the compiler.
    pub(crate) file: &'static str,
    /// The crate that defines it.
    pub(crate) package: &'static str,
    pub(crate) kind: Origin,
    /// The address, if no name is known. Otherwise 0.
    pub(crate) address: usize,
    /// Whether it belongs to the program, and not to a dependency.
    pub(crate) is_own: bool,
}

/// The symbol of an empty trace.
pub(crate) static UNKNOWN: Symbol = Symbol {
    short: "",
    line: 0,
    function: "",
    label: "<unknown>",
    file: "",
    package: "",
    kind: Origin::Unknown,
    address: 0,
    is_own: false,
};

/// The symbol of all folded traces.
static OTHER: Symbol =
    Symbol { function: "[other]", label: "[other]", package: "[other]", kind: Origin::Program, ..UNKNOWN };

static TRUNCATED_FRAMES: Symbol =
    Symbol { function: "[truncated]", label: "[truncated]", kind: Origin::Truncated, ..UNKNOWN };

type Hashes = BuildHasherDefault<AddressHasher>;
type TextHashes = BuildHasherDefault<DefaultHasher>;

/// The symbols of all addresses looked up so far.
struct SymbolCache {
    at: HashMap<usize, &'static [&'static Symbol], Hashes>,
    symbols: HashSet<&'static Symbol, TextHashes>,
    strings: HashSet<&'static str, TextHashes>,
    /// The modules at the last look-up.
    modules: Vec<Module>,
    /// The `main` functions of the program's crates, with hashes.
    mains: Vec<&'static str>,
    /// The crate of each file, if a function in it has a whole path.
    packages: HashMap<&'static str, &'static str, TextHashes>,
    /// The number of traces that contain each function without a name, and the hashes of these traces.
    counts: HashMap<usize, u32, Hashes>,
    counted: HashSet<u64, Hashes>,
}

/// Free memory is returned to the system after a look-up that allocates more bytes than this.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const TRIMMED: u64 = 4 << 20;

/// The number of traces that are counted. They are enough to find the functions that many of them share.
const MAX_COUNTED: usize = 1 << 16;

static CACHE: Lock<SymbolCache> = Lock::new(SymbolCache {
    at: HashMap::with_hasher(BuildHasherDefault::new()),
    symbols: HashSet::with_hasher(BuildHasherDefault::new()),
    strings: HashSet::with_hasher(BuildHasherDefault::new()),
    modules: Vec::new(),
    mains: Vec::new(),
    packages: HashMap::with_hasher(BuildHasherDefault::new()),
    counts: HashMap::with_hasher(BuildHasherDefault::new()),
    counted: HashSet::with_hasher(BuildHasherDefault::new()),
});

/// A function at an address, as the compiler has named it. Unknown names are empty.
#[derive(Clone, Copy, Debug)]
struct Function<'f> {
    name: &'f [u8],
    file: &'f str,
    line: u32,
}

/// Looks up the functions of traces, in one pass over the files of their modules. Call it untracked.
///
/// Names of a module that was replaced by another one are forgotten. Names of a module that is gone stay.
pub(crate) fn look_up<'t>(traces: impl Iterator<Item = &'t [usize]> + Clone) {
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
    let is_new = |address: &usize| *address != 0 && !is_mark(*address) && !cache.at.contains_key(address);
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    let before = untracked_counts().allocated;
    let mut new: Vec<usize> = traces.clone().flatten().copied().filter(is_new).collect();
    new.sort_unstable();
    new.dedup();
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
    if untracked_counts().allocated.wrapping_sub(before) > TRIMMED {
        #[expect(unsafe_code, reason = "a call of the C library")]
        // SAFETY: the function only returns free memory to the system. Otherwise, the C library keeps the batch's memory.
        unsafe {
            libc::malloc_trim(0);
        }
    }
    for trace in traces {
        let is_nameless = |address: &&usize| {
            cache.at.get(*address).is_some_and(|symbols| symbols[0].kind == Origin::Unknown)
        };
        let mut nameless: Vec<usize> = trace.iter().filter(is_nameless).copied().collect();
        if !nameless.is_empty()
            && cache.counted.len() < MAX_COUNTED
            && cache.counted.insert(BuildHasherDefault::<AddressHasher>::new().hash_one(trace))
        {
            // A recursive function counts once.
            nameless.sort_unstable();
            nameless.dedup();
            nameless.into_iter().for_each(|address| *cache.counts.entry(address).or_default() += 1);
        }
    }
}

/// The number of traces that contain a function without a name, so far.
pub(crate) fn trace_count(address: usize) -> u32 {
    CACHE.lock().counts.get(&address).copied().unwrap_or(0)
}

/// The functions at a return address, innermost first; never empty. Call it untracked.
///
/// A new address takes a separate look-up, so [look up](look_up) all of them before.
pub(crate) fn at(address: usize) -> &'static [&'static Symbol] {
    match address {
        TRUNCATED => return const { &[&TRUNCATED_FRAMES] },
        OTHER_ADDRESS => return const { &[&OTHER] },
        _ => {}
    }
    for _ in 0..2 {
        if let Some(symbols) = CACHE.lock().at.get(&address) {
            return symbols;
        }
        look_up([&[address][..]].into_iter());
    }
    const { &[&UNKNOWN] }
}

/// The text, which is never freed. Call it untracked.
pub(crate) fn intern(text: &str) -> &'static str {
    CACHE.lock().intern(text)
}

/// Defines the functions at an address, by name, file and line.
#[cfg(test)]
pub(crate) fn define(address: usize, functions: &[(&str, &str, u32)]) {
    crate::counters::untracked(|| {
        let functions: Vec<Function<'_>> = functions
            .iter()
            .map(|&(name, file, line)| Function { name: name.as_bytes(), file, line })
            .collect();
        CACHE.lock().add(address, &functions);
    });
}

impl SymbolCache {
    /// Adds the functions at an address, innermost first.
    fn add(&mut self, address: usize, functions: &[Function<'_>]) {
        let is_known = |function: &&Function<'_>| !function.name.is_empty() || !function.file.is_empty();
        let symbols: Vec<_> =
            functions.iter().filter(is_known).map(|function| self.symbol(function)).collect();
        if !symbols.is_empty() {
            self.at.insert(address, symbols.leak());
        }
    }

    /// Adds a function without a name, unless the address is known.
    fn add_unknown(&mut self, address: usize, label: &str) {
        if !self.at.contains_key(&address) {
            let label = self.intern(label);
            let unknown = self.intern_symbol(Symbol { address, label, ..UNKNOWN });
            self.at.insert(address, vec![unknown].leak());
        }
    }

    fn symbol(&mut self, function: &Function<'_>) -> &'static Symbol {
        let Function { name, file, line } = *function;
        let name = SymbolName::new(name);
        let (hashed, function) = (&*format!("{name}"), &*format!("{name:#}"));
        let short = paths::short(file);
        let owner = owner::of(hashed, function, file, &self.mains);
        let mut package = self.intern(&owner.package);
        let file = self.intern(file);
        if owner.is_certain && owner.kind == Origin::Program && !file.is_empty() {
            self.packages.insert(file, package);
        } else if owner.kind == Origin::Program {
            // The folder of a crate may have another name.
            package = self.packages.get(file).unwrap_or(&package);
        }
        let label = if owner.is_certain || function.is_empty() || file.is_empty() {
            self.intern(function)
        } else {
            self.intern(&format!("{function} ({short})"))
        };
        let symbol = Symbol {
            short: self.intern(&short),
            line,
            function: self.intern(function),
            label,
            file,
            package,
            kind: owner.kind,
            address: 0,
            is_own: owner.is_own,
        };
        self.intern_symbol(symbol)
    }

    fn intern_symbol(&mut self, symbol: Symbol) -> &'static Symbol {
        if let Some(known) = self.symbols.get(&symbol) {
            return known;
        }
        let symbol = &*Box::leak(Box::new(symbol));
        self.symbols.insert(symbol);
        symbol
    }

    fn intern(&mut self, string: &str) -> &'static str {
        if let Some(known) = self.strings.get(string) {
            return known;
        }
        let string = &*Box::<str>::leak(string.into());
        self.strings.insert(string);
        string
    }
}

/// This folder's locks.
pub(crate) fn each_lock(mut visit: impl FnMut(&dyn RawLock)) {
    visit(&CACHE);
}
