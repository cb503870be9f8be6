//! What a walk claims: each block with the way to the value that owns it.

use std::fmt::Write as _;

use deep_size_core::{Allocation, DeepSize, Detail, Meeting, Node, Observer, Reason, Role, Tally};

/// Below this there is never a block: what reports such an address does not know any.
const LOWEST: usize = 4096;

/// A value on the way to a block. The root is the first of all.
#[derive(Debug)]
struct Step {
    parent: usize,
    role: Role,
    type_name: &'static str,
    variant: Option<&'static str>,
}

/// A block that a value reports as its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed {
    /// The value.
    pub(super) owner: usize,
    /// An address in the block, if it is known.
    pub(super) address: Option<usize>,
    pub(super) size: usize,
    /// Whether the memory was borrowed: it may be part of a block, or of none.
    pub(super) is_borrowed: bool,
}

/// All that a walk reports.
#[derive(Debug, Default)]
pub(super) struct Walk {
    steps: Vec<Step>,
    /// The values entered and not left.
    open: Vec<usize>,
    pub(super) claims: Vec<Claimed>,
    /// The values of which a part could not be measured.
    pub(super) opaque: Vec<(usize, Reason)>,
}

impl Walk {
    pub(super) fn of(value: &(impl DeepSize + ?Sized)) -> Self {
        let mut walk = Self::default();
        Tally::new().add_observed(value, &mut walk);
        walk
    }

    fn owner(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn claim(&mut self, address: Option<usize>, size: usize, is_borrowed: bool) {
        if size > 0 {
            let address = address.filter(|&address| address >= LOWEST);
            self.claims.push(Claimed { owner: self.owner(), address, size, is_borrowed });
        }
    }

    pub(super) fn type_name(&self, step: usize) -> &'static str {
        self.steps.get(step).map_or("", |step| step.type_name)
    }

    /// The way from the root to a value, such as `entries[3].name`: fields by name, elements by position, what lies behind
    /// a pointer or in a wrapper by nothing. Long ones are cut in the middle.
    pub(super) fn path(&self, step: usize) -> String {
        const MOST: usize = 24;
        let chain = || std::iter::successors(self.steps.get(step), |step| self.steps.get(step.parent));
        // The root leads to itself.
        let depth = chain().take_while(|step| step.role != Role::Root).count();
        let mut steps: Vec<&Step> = chain().take(MOST.min(depth)).collect();
        let left_out = depth.saturating_sub(2 * MOST);
        steps.extend(chain().take(depth).skip(MOST + left_out));
        let mut path = String::new();
        if let Some(variant) = self.steps.first().and_then(|root| root.variant) {
            let _ = write!(path, "::{variant}");
        }
        for (at, step) in steps.iter().rev().enumerate() {
            if left_out > 0 && at + MOST == steps.len() {
                let _ = write!(path, " … {left_out} steps … ");
            }
            // Writing to a string does not fail.
            let _ = match step.role {
                Role::Field(name) if path.is_empty() => write!(path, "{name}"),
                Role::Field(name) => write!(path, ".{name}"),
                Role::Element(at) => write!(path, "[{at}]"),
                Role::Key(at) => write!(path, "[key {at}]"),
                Role::Value(at) => write!(path, "[value {at}]"),
                _ => Ok(()),
            };
            if let Some(variant) = step.variant {
                let _ = write!(path, "::{variant}");
            }
        }
        path
    }
}

impl Observer for Walk {
    fn detail(&self) -> Detail {
        Detail::Values
    }

    fn enter(&mut self, node: &Node) {
        let step = Step { parent: self.owner(), role: node.role, type_name: node.type_name, variant: None };
        self.open.push(self.steps.len());
        self.steps.push(step);
    }

    fn exit(&mut self) {
        self.open.pop();
    }

    fn variant(&mut self, name: &'static str) {
        let owner = self.owner();
        if let Some(step) = self.steps.get_mut(owner) {
            step.variant = Some(name);
        }
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.claim(allocation.address, allocation.layout.size(), false);
    }

    fn shared(&mut self, meeting: &Meeting) {
        if meeting.counted {
            self.claim(Some(meeting.block.address), meeting.block.layout.size(), false);
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        if counted {
            self.claim(memory.address, memory.layout.size(), true);
        }
    }

    fn opaque(&mut self, reason: Reason) {
        self.opaque.push((self.owner(), reason));
    }
}
