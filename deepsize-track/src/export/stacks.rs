//! The shown functions of a trace.

use std::borrow::Cow;
use std::collections::HashMap;

use deep_size_format::shown;

use super::Export;
use crate::sites::is_mark;
use crate::snapshot::{Frame, Trace};
use crate::symbols::{Names, Origin};

/// The functions of a trace that are shown. Each variant adds some to those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Detail {
    /// The crates to which the snapshot is attributed.
    Attributed,
    /// Also other crates.
    Program,
    /// Also the standard library and the starts of threads.
    Std,
    /// Also allocators.
    All,
}

pub(super) struct Stacks<'s> {
    export: Export<'s>,
    names: Cow<'s, Names>,
    /// The least detail that shows a function of an address.
    least: HashMap<usize, Detail>,
}

impl<'s> Stacks<'s> {
    pub(super) fn new(export: Export<'s>) -> Self {
        let names = if export.with_names {
            Cow::Borrowed(export.snapshot.names())
        } else {
            Cow::Owned(Names::new([]))
        };
        Self { export, names, least: HashMap::new() }
    }

    /// The detail of a trace: `All` by option, otherwise the least detail that shows one of its functions.
    pub(super) fn detail(&mut self, trace: Trace<'_>) -> Detail {
        if self.export.with_hidden || !self.export.with_names {
            return Detail::All;
        }
        let mut least = Detail::All;
        for &address in trace.addresses() {
            let found = self.least.get(&address).copied().unwrap_or_else(|| {
                self.names.at(address).iter().map(|frame| self.detail_of(frame)).min().unwrap_or(Detail::All)
            });
            self.least.insert(address, found);
            least = least.min(found);
        }
        least
    }

    /// The functions at an address, innermost first. `None` if the address has no known name.
    pub(super) fn at(&self, address: usize, most: Detail) -> Option<Vec<&Frame>> {
        if !self.export.with_names && !is_mark(address) {
            return None;
        }
        let shown = self.names.at(address).iter().filter(|frame| self.detail_of(frame) <= most);
        let shown: Vec<&Frame> = shown.collect();
        shown.iter().all(|frame| is_known(frame)).then_some(shown)
    }

    fn detail_of(&self, frame: &Frame) -> Detail {
        match frame.origin() {
            Origin::Truncated => Detail::Attributed,
            Origin::Std | Origin::Start => Detail::Std,
            Origin::Unknown if is_known(frame) => Detail::Std,
            Origin::Allocator => Detail::All,
            Origin::Program | Origin::Unknown if self.export.snapshot.is_attributed_to(frame) => {
                Detail::Attributed
            }
            Origin::Program | Origin::Unknown => Detail::Program,
        }
    }
}

fn is_known(frame: &Frame) -> bool {
    !frame.function().is_empty() || !frame.file().is_empty()
}

/// The name of a frame's function or, if it is unknown, the line.
pub(super) fn name(frame: &Frame) -> String {
    shown(&if frame.function().is_empty() { frame.to_string() } else { frame.function().to_owned() })
}
