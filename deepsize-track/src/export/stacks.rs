//! The shown functions of a trace.

use std::collections::HashMap;

use deep_size_format::shown;

use super::Export;
use crate::sites::is_mark;
use crate::snapshot::{Frame, Trace, frames_at};
use crate::symbols::Origin;

/// The functions of a trace that are shown. Each variant adds some to those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Detail {
    Program,
    /// Also the standard library and the starts of threads.
    Std,
    /// Also allocators.
    All,
}

pub(super) struct Stacks {
    with_hidden: bool,
    with_names: bool,
    /// The least detail that shows a function of an address.
    least: HashMap<usize, Detail>,
}

impl Stacks {
    pub(super) fn new(export: Export<'_>) -> Self {
        if export.with_names {
            export.snapshot.look_up_names();
        }
        Self { with_hidden: export.with_hidden, with_names: export.with_names, least: HashMap::new() }
    }

    /// The detail of a trace: hidden functions are shown by option, or if there are no others.
    pub(super) fn detail(&mut self, trace: Trace<'_>) -> Detail {
        if self.with_hidden {
            return Detail::All;
        }
        let mut least = Detail::All;
        for &address in trace.addresses() {
            let found = self.least.get(&address).copied().unwrap_or_else(|| {
                let frames = self.at(address, Detail::All);
                frames.map_or(Detail::Program, |all| all.into_iter().map(detail).min().unwrap_or(Detail::All))
            });
            self.least.insert(address, found);
            least = least.min(found);
        }
        least
    }

    /// The functions at an address, innermost first. `None` if the address has no known name.
    pub(super) fn at(&self, address: usize, most: Detail) -> Option<Vec<Frame>> {
        if !self.with_names && !is_mark(address) {
            return None;
        }
        let known: Vec<Frame> = frames_at(address).filter(|frame| is_known(*frame)).collect();
        (!known.is_empty()).then(|| known.into_iter().filter(|frame| detail(*frame) <= most).collect())
    }
}

fn detail(frame: Frame) -> Detail {
    match frame.origin() {
        Origin::Program | Origin::Truncated => Detail::Program,
        Origin::Std | Origin::Start | Origin::Unknown => Detail::Std,
        Origin::Allocator => Detail::All,
    }
}

fn is_known(frame: Frame) -> bool {
    !frame.function().is_empty() || !frame.file().is_empty()
}

/// The name of a frame's function or, if it is unknown, the line.
pub(super) fn name(frame: Frame) -> String {
    shown(&if frame.function().is_empty() { frame.to_string() } else { frame.function().to_owned() })
}
