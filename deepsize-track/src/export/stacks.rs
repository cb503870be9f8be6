//! Which functions of a trace are shown.

use std::collections::HashMap;

use super::Export;
use crate::snapshot::{Frame, Trace, frames_at};

/// The traces of a snapshot, as they are to be shown.
pub(super) struct Stacks {
    with_hidden: bool,
    /// Whether some function at an address is not hidden.
    has_shown: HashMap<usize, bool>,
}

impl Stacks {
    pub(super) fn new(export: Export<'_>) -> Self {
        Self { with_hidden: export.with_hidden, has_shown: HashMap::new() }
    }

    /// Whether all of a trace is shown: since that is wanted, or because all of it is hidden.
    pub(super) fn is_full(&mut self, trace: Trace<'_>) -> bool {
        self.with_hidden
            || !trace.addresses().iter().any(|&address| {
                let look = || frames_at(address).any(|frame| !frame.is_hidden());
                *self.has_shown.entry(address).or_insert_with(look)
            })
    }

    /// The functions at an address, the innermost first. None at all may be left, or known.
    pub(super) fn at(address: usize, is_full: bool) -> impl Iterator<Item = Frame> {
        frames_at(address).filter(move |frame| is_full || !frame.is_hidden())
    }
}

/// The name of a frame's function or, where it is not known, of its line.
pub(super) fn name(frame: Frame) -> String {
    super::names::shown(&if frame.function().is_empty() {
        frame.to_string()
    } else {
        frame.function().to_owned()
    })
}
