//! The shown functions of a trace.

use std::collections::HashMap;

use super::Export;
use crate::snapshot::{Frame, Trace, frames_at};

pub(super) struct Stacks {
    with_hidden: bool,
    /// Whether an address has a function that is not hidden.
    has_shown: HashMap<usize, bool>,
}

impl Stacks {
    pub(super) fn new(export: Export<'_>) -> Self {
        Self { with_hidden: export.with_hidden, has_shown: HashMap::new() }
    }

    /// Whether a trace is shown with its hidden functions: by option, or because it has no others.
    pub(super) fn is_full(&mut self, trace: Trace<'_>) -> bool {
        self.with_hidden
            || !trace.addresses().iter().any(|&address| {
                let look = || Self::at(address, false).is_none_or(|shown| !shown.is_empty());
                *self.has_shown.entry(address).or_insert_with(look)
            })
    }

    /// The functions at an address, innermost first, with hidden ones if `is_full`. `None` if the address has no known name.
    pub(super) fn at(address: usize, is_full: bool) -> Option<Vec<Frame>> {
        let known: Vec<Frame> = frames_at(address).filter(|&frame| is_known(frame)).collect();
        let is_shown = |frame: &Frame| is_full || !frame.is_hidden();
        (!known.is_empty()).then(|| known.into_iter().filter(is_shown).collect())
    }
}

fn is_known(frame: Frame) -> bool {
    !frame.function().is_empty() || !frame.file().is_empty()
}

/// The name of a frame's function or, if it is unknown, the line.
pub(super) fn name(frame: Frame) -> String {
    super::names::shown(&if frame.function().is_empty() {
        frame.to_string()
    } else {
        frame.function().to_owned()
    })
}
