//! The names of functions, files and lines that return addresses lie in.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::lock::Lock;
use crate::records::Mix;

/// A function that was being executed, inlined ones too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol {
    /// Its path, without the compiler's hash.
    pub(crate) function: Box<str>,
    pub(crate) file: Box<str>,
    pub(crate) line: u32,
}

type Table = HashMap<usize, &'static [Symbol], BuildHasherDefault<Mix>>;

/// What was found before. Kept for good, for a program has few addresses that allocate.
static FOUND: Lock<Table> = Lock::new(HashMap::with_hasher(BuildHasherDefault::new()));

/// The functions at a return address, the innermost first; none if nothing is known of it. Call it as the tracker's own.
pub(crate) fn at(address: usize) -> &'static [Symbol] {
    let mut found = FOUND.lock();
    if let Some(symbols) = found.get(&address) {
        return symbols;
    }
    let mut symbols = Vec::new();
    backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
        let function = symbol.name().map_or_else(String::new, |name| format!("{name:#}"));
        let file = symbol.filename().map_or_else(String::new, |file| file.display().to_string());
        let line = symbol.lineno().unwrap_or(0);
        symbols.push(Symbol { function: function.into(), file: file.into(), line });
    });
    let symbols: &'static [Symbol] = symbols.leak();
    found.insert(address, symbols);
    symbols
}

/// All locks, in the order in which they are taken.
pub(crate) fn each_lock(mut with: impl FnMut(&dyn crate::fork::Hold)) {
    with(&FOUND);
}

/// Takes these functions for those at an address.
#[cfg(test)]
pub(crate) fn know(address: usize, functions: &[(&str, &str, u32)]) {
    let known = functions.iter().map(|&(function, file, line)| Symbol {
        function: function.into(),
        file: file.into(),
        line,
    });
    crate::counters::as_own(|| FOUND.lock().insert(address, known.collect::<Vec<_>>().leak()));
}
