//! Functions at addresses, from the system's own symbolizer.

use super::{Function, SymbolCache};
use crate::modules::Module;

/// Adds the functions at return addresses.
pub(super) fn look_up(cache: &mut SymbolCache, _: &Module, addresses: &[usize]) -> Option<()> {
    for &address in addresses {
        let mut found = Vec::new();
        backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
            let name = symbol.name().map(|name| name.as_bytes().to_vec()).unwrap_or_default();
            let file = symbol.filename().map_or_else(String::new, |file| file.display().to_string());
            found.push((name, file, symbol.lineno().unwrap_or(0)));
        });
        let functions: Vec<_> =
            found.iter().map(|(name, file, line)| Function { name, file, line: *line }).collect();
        cache.add(address, &functions);
    }
    Some(())
}
