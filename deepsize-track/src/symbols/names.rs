use std::collections::HashMap;
use std::sync::Arc;

use super::Origin;
use crate::sites::{OTHER_ADDRESS, TRUNCATED};
use crate::snapshot::Frame;

/// A function at an address, inlined ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct Symbol {
    /// The short path of the file. Unknown names are empty.
    pub(crate) short_file: Arc<str>,
    pub(crate) line: u32,
    /// The function's path, without the compiler's hash. For some functions only the last part is known.
    pub(crate) function: Arc<str>,
    /// The function's path, followed by the file if the path alone is ambiguous. For unknown functions, the address in the module.
    pub(crate) label: Arc<str>,
    /// The path of the file, as it was passed to the compiler.
    pub(crate) file: Arc<str>,
    /// The crate that defines it.
    #[cfg_attr(feature = "json", serde(rename = "crate"))]
    pub(crate) package: Arc<str>,
    pub(crate) kind: Origin,
    /// Whether it belongs to the program, and not to a dependency.
    pub(crate) is_own: bool,
}

/// The name of an unknown function or crate.
pub(crate) const UNKNOWN: &str = "<unknown>";

impl Symbol {
    pub(crate) fn unknown(label: Arc<str>) -> Self {
        Self { label, ..Self::default() }
    }
}

/// The functions at an address.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Innermost first.
    pub(crate) frames: Arc<[Frame]>,
    /// The number of traces that contain the address so far, if its function has no name.
    pub(crate) traces: u32,
}

impl Place {
    pub(crate) fn new(frames: Vec<Frame>, traces: u32) -> Self {
        Self { frames: frames.into(), traces }
    }
}

/// The functions at the addresses of some traces. The hashes are random, because addresses from a file may be chosen to collide.
#[derive(Clone, Debug)]
pub(crate) struct Names(HashMap<usize, Place>);

impl Names {
    /// These names, and always those of the marks and of the empty trace at address 0. Call it untracked.
    pub(crate) fn new(places: impl IntoIterator<Item = (usize, Place)>) -> Self {
        let mark = |name: &str, kind| {
            let label = Arc::<str>::from(name);
            Symbol { function: label.clone(), kind, ..Symbol::unknown(label) }
        };
        let other = mark("[other]", Origin::Program);
        let symbols = [
            (0, Symbol::unknown(UNKNOWN.into())),
            (OTHER_ADDRESS, Symbol { package: other.label.clone(), ..other }),
            (TRUNCATED, mark("[truncated]", Origin::Truncated)),
        ];
        let place = |(address, symbol)| (address, Place::new(vec![Frame::new(symbol)], 0));
        Self(places.into_iter().chain(symbols.map(place)).collect())
    }

    fn place(&self, address: usize) -> &Place {
        self.0.get(&address).unwrap_or_else(|| &self.0[&0])
    }

    /// The functions at a return address, innermost first; never empty.
    pub(crate) fn at(&self, address: usize) -> &[Frame] {
        &self.place(address).frames
    }

    /// The number of traces that contained a function without a name at the look-up.
    pub(crate) fn trace_count(&self, address: usize) -> u32 {
        self.place(address).traces
    }
}
