//! The places of a walk: one for each distinct path, however many values lie there.

use std::borrow::Cow;
use std::vec::Vec;

use deep_size_core::observer::Role;

use super::fold::Cycles;

/// A name of a type, a field or a variant.
pub(crate) type Name = Cow<'static, str>;

/// Stands for no place.
pub(crate) const NONE: u32 = u32::MAX;

/// The place of the root.
pub(crate) const ROOT: u32 = 0;

/// A place, by its position among all places of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PathId(pub(crate) u32);

/// How a path goes on from the place around it. Names are those of the program, or read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<S = &'static str> {
    // In the order of `Role`, so that telling whether the two fit is cheap.
    Root,
    Field(S),
    Element,
    Key,
    Value,
    /// The contents of a wrapper, and what is behind a pointer: they go without a name unless there are several.
    Inner,
    Pointee,
    Shared,
    Borrowed,
    /// An active variant of an enum.
    Variant(S),
    /// Handles on blocks that are counted at another place.
    Reference,
    /// All values for which there was no place left.
    Rest,
}

impl Step {
    pub(crate) fn of(role: Role) -> Self {
        match role {
            Role::Root => Self::Root,
            Role::Field(name) => Self::Field(name),
            Role::Element(_) => Self::Element,
            Role::Key(_) => Self::Key,
            Role::Value(_) => Self::Value,
            Role::Pointee => Self::Pointee,
            Role::Shared => Self::Shared,
            Role::Borrowed => Self::Borrowed,
            _ => Self::Inner,
        }
    }

    /// The same step, with a name that may as well come from elsewhere.
    pub(crate) fn named(self) -> Step<Name> {
        match self {
            Self::Root => Step::Root,
            Self::Field(name) => Step::Field(Name::Borrowed(name)),
            Self::Element => Step::Element,
            Self::Key => Step::Key,
            Self::Value => Step::Value,
            Self::Inner => Step::Inner,
            Self::Pointee => Step::Pointee,
            Self::Shared => Step::Shared,
            Self::Borrowed => Step::Borrowed,
            Self::Variant(name) => Step::Variant(Name::Borrowed(name)),
            Self::Reference => Step::Reference,
            Self::Rest => Step::Rest,
        }
    }
}

impl<S> Step<S> {
    /// Which kind of step it is.
    #[inline(always)]
    fn tag(&self) -> u8 {
        match self {
            Self::Root => 0,
            Self::Field(_) => 1,
            Self::Element => 2,
            Self::Key => 3,
            Self::Value => 4,
            Self::Inner => 5,
            Self::Pointee => 6,
            Self::Shared => 7,
            Self::Borrowed => 8,
            Self::Variant(_) => 9,
            Self::Reference => 10,
            Self::Rest => 11,
        }
    }

    /// Whether it adds nothing to a path that leads to one thing alone.
    pub(crate) fn is_transparent(&self) -> bool {
        matches!(self, Self::Inner | Self::Pointee | Self::Shared | Self::Borrowed)
    }
}

/// A place, and the sums over the values there.
// Aligned so that finding one takes no multiplication, and what every value needs comes from one or two cache lines.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Slot {
    pub(crate) type_name: &'static str,
    pub(crate) step: Step,
    /// The values that came this way.
    pub(crate) count: usize,
    /// The sum of their shallow sizes.
    pub(crate) shallow: usize,
    /// Where, by experience, the first part of such a value lies, and the part that follows such a value.
    pub(crate) into: u32,
    pub(crate) after: u32,
    /// Where the values that came this way are counted: here, or for a recursive type at a place around this one. For
    /// references the place where the blocks were met first.
    pub(crate) target: u32,
    pub(crate) parent: u32,
    /// The bytes and the number of the blocks that values here own themselves, and their spare part.
    pub(crate) blocks: usize,
    pub(crate) allocations: usize,
    pub(crate) spare: usize,
    /// Those of the blocks' bytes that are in shared blocks to which handles here were the first to lead.
    pub(crate) shared: usize,
    pub(crate) first_child: u32,
    last_child: u32,
    pub(crate) next_sibling: u32,
    /// Whether other places lead back to this one.
    pub(crate) is_recursive: bool,
}

impl Slot {
    /// Whether the values here are counted elsewhere.
    pub(crate) fn is_elsewhere(&self, id: u32) -> bool {
        self.target != id
    }

    /// Whether a part of this role and type belongs here, by the addresses of the names alone: fast, and right unless it
    /// says no.
    #[inline(always)]
    pub(crate) fn is_surely(&self, role: &Role, type_name: &'static str) -> bool {
        let is_same = core::ptr::eq(self.type_name, type_name) && self.step.tag() == Step::of(*role).tag();
        match (role, self.step) {
            (Role::Field(name), Step::Field(ours)) => is_same && core::ptr::eq(*name, ours),
            _ => is_same,
        }
    }
}

/// All places of a walk.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) slots: Vec<Slot>,
    /// No more places than this, apart from one at each for the rest.
    most: usize,
    pub(crate) is_truncated: bool,
    pub(super) cycles: Cycles,
}

impl Paths {
    pub(crate) fn new(most: usize) -> Self {
        let mut paths = Self {
            slots: Vec::new(),
            // Positions are `u32`.
            most: most.clamp(1, 1 << 30),
            is_truncated: false,
            cycles: Cycles::default(),
        };
        paths.add(NONE, Step::Root, "", None);
        paths
    }

    /// The place of a part under `parent` that was not expected; a new one at need.
    pub(crate) fn find(&mut self, parent: u32, step: Step, type_name: &'static str) -> u32 {
        if step == Step::Root {
            self.slots[ROOT as usize].type_name = type_name;
            return ROOT;
        }
        if self.slots[parent as usize].step == Step::Rest {
            return parent;
        }
        self.known(parent, step, type_name).unwrap_or_else(|| self.create(parent, step, type_name))
    }

    /// The place under `parent` for handles on blocks that were met first at `first`, if there is room for it.
    pub(crate) fn reference(&mut self, PathId(parent): PathId, PathId(first): PathId) -> Option<u32> {
        if self.slots[parent as usize].step == Step::Rest {
            return None;
        }
        let is_it = |slot: &Slot| slot.step == Step::Reference && slot.target == first;
        if let Some(place) = self.children(parent).find(|&child| is_it(&self.slots[child as usize])) {
            return Some(place);
        }
        if self.slots.len() >= self.most {
            self.is_truncated = true;
            return None;
        }
        let type_name = self.slots[parent as usize].type_name;
        Some(self.add(parent, Step::Reference, type_name, Some(first)))
    }

    pub(crate) fn children(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        let link = |place: u32| (place != NONE).then_some(place);
        std::iter::successors(link(self.slots[place as usize].first_child), move |&child| {
            link(self.slots[child as usize].next_sibling)
        })
    }

    fn known(&mut self, parent: u32, step: Step, type_name: &'static str) -> Option<u32> {
        let place = self.children(parent).find(|&child| {
            let slot = &self.slots[child as usize];
            slot.step == step && slot.type_name == type_name
        })?;
        // The same names may lie at several addresses; those seen last will be seen next.
        let slot = &mut self.slots[place as usize];
        (slot.step, slot.type_name) = (step, type_name);
        Some(place)
    }

    fn create(&mut self, parent: u32, step: Step, type_name: &'static str) -> u32 {
        if self.slots.len() >= self.most {
            self.is_truncated = true;
            let rest = self.children(parent).find(|&child| self.slots[child as usize].step == Step::Rest);
            return rest.unwrap_or_else(|| self.add(parent, Step::Rest, REST, None));
        }
        let target = self.folds_into(parent, step, type_name);
        let place = self.add(parent, step, type_name, target);
        if target.is_none() {
            self.note_cycle(place);
        }
        place
    }

    fn add(&mut self, parent: u32, step: Step, type_name: &'static str, target: Option<u32>) -> u32 {
        let place = self.slots.len() as u32;
        self.slots.push(Slot {
            step,
            type_name,
            count: 0,
            shallow: 0,
            blocks: 0,
            allocations: 0,
            spare: 0,
            shared: 0,
            into: NONE,
            after: NONE,
            target: target.unwrap_or(place),
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            is_recursive: false,
        });
        if let Some(around) = self.slots.get(parent as usize) {
            let last = around.last_child;
            match self.slots.get_mut(last as usize) {
                Some(last) => last.next_sibling = place,
                None => self.slots[parent as usize].first_child = place,
            }
            self.slots[parent as usize].last_child = place;
        }
        place
    }
}

/// Stands for the types of values that had no place of their own.
pub(crate) const REST: &str = "…";
