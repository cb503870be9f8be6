//! Names of functions, files and lines for return addresses.

mod owner;
mod paths;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

pub(crate) use owner::Origin;

use crate::hash::AddressHasher;
use crate::lock::{Lock, RawLock};
use crate::sites::OTHER_ADDRESS;

/// A function at an address, inlined ones too. Symbols are interned, so equal ones have the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol {
    /// The short path of the file. Unknown names are empty.
    pub(crate) short: &'static str,
    pub(crate) line: u32,
    /// The function's path, without the compiler's hash. For some functions only the last part is known.
    pub(crate) function: &'static str,
    /// The same, followed by the file if the path alone is ambiguous.
    pub(crate) label: &'static str,
    /// The path of the file, as it was passed to the compiler.
    pub(crate) file: &'static str,
    /// The crate that defines it.
    pub(crate) package: &'static str,
    pub(crate) kind: Origin,
    /// The address, if no name is known. Otherwise 0.
    pub(crate) address: usize,
}

/// The symbol of an empty trace.
pub(crate) static UNKNOWN: Symbol = Symbol {
    short: "",
    line: 0,
    function: "",
    label: "",
    file: "",
    package: "",
    kind: Origin::Unknown,
    address: 0,
};

/// The symbol of all folded traces.
static OTHER: [&Symbol; 1] =
    [&Symbol { function: "[other]", label: "[other]", package: "[other]", kind: Origin::Program, ..UNKNOWN }];

type Hashes = BuildHasherDefault<AddressHasher>;

/// The symbols of all addresses looked up so far. Entries are never removed, because few addresses allocate.
struct SymbolCache {
    at: HashMap<usize, &'static [&'static Symbol], Hashes>,
    symbols: HashSet<&'static Symbol, Hashes>,
    strings: HashSet<&'static str, Hashes>,
}

static CACHE: Lock<SymbolCache> = Lock::new(SymbolCache {
    at: HashMap::with_hasher(BuildHasherDefault::new()),
    symbols: HashSet::with_hasher(BuildHasherDefault::new()),
    strings: HashSet::with_hasher(BuildHasherDefault::new()),
});

/// The functions at a return address, innermost first; never empty. Call it untracked.
pub(crate) fn at(address: usize) -> &'static [&'static Symbol] {
    if address == OTHER_ADDRESS {
        return &OTHER;
    }
    let mut cache = CACHE.lock();
    if let Some(symbols) = cache.at.get(&address) {
        return symbols;
    }
    let mut symbols = Vec::new();
    backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
        let name = symbol.name();
        let mangled = name.as_ref().and_then(|name| name.as_str()).unwrap_or_default();
        let function = name.as_ref().map_or_else(String::new, |name| format!("{name:#}"));
        let file = symbol.filename().map_or_else(String::new, |file| file.display().to_string());
        if !function.is_empty() || !file.is_empty() {
            symbols.push(cache.symbol(mangled, &function, &file, symbol.lineno().unwrap_or(0)));
        }
    });
    if symbols.is_empty() {
        symbols.push(cache.intern_symbol(Symbol { address, ..UNKNOWN }));
    }
    let symbols: &'static [&'static Symbol] = symbols.leak();
    cache.at.insert(address, symbols);
    symbols
}

/// Defines the functions at an address, by name, file and line.
#[cfg(test)]
pub(crate) fn define(address: usize, functions: &[(&str, &str, u32)]) {
    crate::counters::untracked(|| {
        let mut cache = CACHE.lock();
        let symbols =
            functions.iter().map(|(function, file, line)| cache.symbol(function, function, file, *line));
        let symbols: Vec<&Symbol> = symbols.collect();
        cache.at.insert(address, symbols.leak());
    });
}

impl SymbolCache {
    fn symbol(&mut self, mangled: &str, function: &str, file: &str, line: u32) -> &'static Symbol {
        let short = paths::short(file);
        let owner = owner::of(mangled, function, file);
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
            file: self.intern(file),
            package: self.intern(&owner.package),
            kind: owner.kind,
            address: 0,
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
