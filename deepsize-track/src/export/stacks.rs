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

/// The traces of an export in some format. `P` is a function in that format.
pub(super) struct Stacks<'s, P> {
    export: Export<'s>,
    names: Cow<'s, Names>,
    /// The parts of an address.
    parts: HashMap<(usize, Detail), Vec<P>>,
}

impl<'s, P> Stacks<'s, P> {
    pub(super) fn new(export: Export<'s>) -> Self {
        let names = if export.with_names {
            Cow::Borrowed(export.snapshot.names())
        } else {
            Cow::Owned(Names::new([]))
        };
        Self { export, names, parts: HashMap::new() }
    }

    /// The parts of a trace in this detail, innermost first.
    ///
    /// `make` creates the parts of an address from its functions. It is called once for each address and detail. A function without a known
    /// name is `None`.
    pub(super) fn stack(
        &mut self,
        trace: Trace<'_>,
        detail: Detail,
        mut make: impl FnMut(usize, &[Option<&Frame>]) -> Vec<P>,
    ) -> Vec<&P> {
        for address in trace.marked_addresses() {
            if !self.parts.contains_key(&(address, detail)) {
                let parts = make(address, &self.at(address, detail));
                self.parts.insert((address, detail), parts);
            }
        }
        trace.marked_addresses().flat_map(|address| &self.parts[&(address, detail)]).collect()
    }

    /// The detail of a trace: `All` by option, otherwise the least detail that shows one of its functions.
    pub(super) fn detail(&self, trace: Trace<'_>) -> Detail {
        if self.export.with_hidden || !self.export.with_names {
            return Detail::All;
        }
        let frames = trace.addresses().iter().flat_map(|&address| self.names.at(address));
        frames.map(|frame| self.detail_of(frame)).min().unwrap_or(Detail::All)
    }

    fn at(&self, address: usize, most: Detail) -> Vec<Option<&Frame>> {
        if !self.export.with_names && !is_mark(address) {
            return vec![None];
        }
        let shown = self.names.at(address).iter().filter(|frame| self.detail_of(frame) <= most);
        let shown: Vec<_> = shown.map(|frame| Some(frame).filter(|frame| is_known(frame))).collect();
        if shown.contains(&None) { vec![None] } else { shown }
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

/// The name of a function or, if it is unknown, its line or address.
pub(super) fn name(address: usize, frame: Option<&Frame>) -> String {
    match frame {
        None => format!("{address:#x}"),
        Some(frame) if frame.function().is_empty() => shown(&frame.to_string()),
        Some(frame) => shown(frame.function()),
    }
}
