//! The places of a walk: one for each distinct path, however many values lie there.

use std::collections::HashMap;
use std::vec::Vec;

use deep_size_core::Role;

/// Stands for no place.
pub(crate) const NONE: u32 = u32::MAX;

/// The place of the root.
pub(crate) const ROOT: u32 = 0;

/// A place, by its position among all places of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PathId(pub(crate) u32);

/// How a path goes on from the place around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Root,
    Field(&'static str),
    Variant(&'static str),
    Element,
    Key,
    Value,
    /// The contents of a wrapper, and what is behind a pointer: they go without a name unless there are several.
    Inner,
    Pointee,
    Shared,
    Borrowed,
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

    /// Whether it adds nothing to a path that leads to one thing alone.
    pub(crate) fn is_transparent(self) -> bool {
        matches!(self, Self::Inner | Self::Pointee | Self::Shared | Self::Borrowed)
    }
}

/// A place, and the sums over the values there.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) step: Step,
    pub(crate) type_name: &'static str,
    /// The values that came this way.
    pub(crate) count: usize,
    /// The sum of their shallow sizes.
    pub(crate) shallow: usize,
    /// The bytes and the number of the blocks that values here own themselves, and their spare part.
    pub(crate) blocks: usize,
    pub(crate) allocations: usize,
    pub(crate) spare: usize,
    /// Where the values that came this way are counted: here, or for a recursive type at a place around this one. For
    /// references the place where the blocks were met first.
    pub(crate) target: u32,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    last_child: u32,
    pub(crate) next_sibling: u32,
    /// Whether other places lead back to this one.
    pub(crate) is_recursive: bool,
    /// Whether they are recursive for that reason, and `Paths::cycles` knows them.
    pub(super) is_head: bool,
}

impl Slot {
    /// Whether the values here are counted elsewhere.
    pub(crate) fn is_elsewhere(&self, id: u32) -> bool {
        self.target != id
    }

    /// Whether a value of this role and type belongs here, by the addresses of the names alone: fast, and right unless
    /// it says no.
    #[inline(always)]
    fn is_surely(&self, role: &Role, type_name: &'static str) -> bool {
        core::ptr::eq(self.type_name, type_name)
            && match (self.step, *role) {
                (Step::Field(ours), Role::Field(name)) => core::ptr::eq(ours, name),
                (Step::Element, Role::Element(_))
                | (Step::Key, Role::Key(_))
                | (Step::Value, Role::Value(_))
                | (Step::Inner, Role::Inner)
                | (Step::Pointee, Role::Pointee)
                | (Step::Shared, Role::Shared)
                | (Step::Borrowed, Role::Borrowed) => true,
                _ => false,
            }
    }
}

/// A place in the order of things: what was met last, and so, by experience, what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link(u32);

impl Link {
    /// Before all else.
    pub(crate) const START: Self = Self(0);

    /// Before the first part of a value at this place.
    #[inline(always)]
    pub(crate) fn into(place: u32) -> Self {
        Self(1 + 2 * place)
    }

    /// After the part at this place.
    #[inline(always)]
    pub(crate) fn after(place: u32) -> Self {
        Self(2 + 2 * place)
    }
}

/// All places of a walk.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) slots: Vec<Slot>,
    /// For each link the place that followed it last time.
    expected: Vec<u32>,
    /// No more places than this, apart from one at each for the rest.
    most: usize,
    pub(crate) is_truncated: bool,
    /// See `fold.rs`: the places of recursive fields, by the place that recursion leads back to, the type they are in, and
    /// their own.
    pub(super) cycles: HashMap<(u32, &'static str, &'static str), u32>,
}

impl Paths {
    pub(crate) fn new(most: usize) -> Self {
        let mut paths = Self {
            slots: Vec::new(),
            expected: std::vec![ROOT],
            // Positions are `u32`, links twice as many.
            most: most.clamp(1, 1 << 29),
            is_truncated: false,
            cycles: HashMap::new(),
        };
        paths.add(NONE, Step::Root, "", None);
        paths
    }

    /// The place expected here, if the value belongs there.
    #[inline(always)]
    pub(crate) fn expected(&self, link: Link, role: &Role, type_name: &'static str) -> Option<u32> {
        let place = *self.expected.get(link.0 as usize)?;
        self.slots.get(place as usize)?.is_surely(role, type_name).then_some(place)
    }

    #[inline(always)]
    pub(crate) fn expected_variant(&self, link: Link, name: &'static str) -> Option<u32> {
        let place = *self.expected.get(link.0 as usize)?;
        let is_it =
            matches!(self.slots.get(place as usize)?.step, Step::Variant(ours) if core::ptr::eq(ours, name));
        is_it.then_some(place)
    }

    /// The place of a part that was not expected; a new one at need. From now on it is what is expected.
    #[cold]
    #[inline(never)]
    pub(crate) fn find(&mut self, parent: u32, link: Link, step: Step, type_name: &'static str) -> u32 {
        if step == Step::Root {
            self.slots[ROOT as usize].type_name = type_name;
            return ROOT;
        }
        if self.slots[parent as usize].step == Step::Rest {
            return parent;
        }
        let place =
            self.known(parent, step, type_name).unwrap_or_else(|| self.create(parent, step, type_name));
        self.expected[link.0 as usize] = place;
        place
    }

    /// The place under `parent` for handles on blocks that were met first at `target`, if there is room for it.
    pub(crate) fn reference(&mut self, parent: u32, target: u32) -> Option<u32> {
        if self.slots[parent as usize].step == Step::Rest {
            return None;
        }
        let is_it = |slot: &Slot| slot.step == Step::Reference && slot.target == target;
        if let Some(place) = self.children(parent).find(|&child| is_it(&self.slots[child as usize])) {
            return Some(place);
        }
        if self.slots.len() >= self.most {
            self.is_truncated = true;
            return None;
        }
        let type_name = self.slots[parent as usize].type_name;
        Some(self.add(parent, Step::Reference, type_name, Some(target)))
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
        self.add(parent, step, type_name, target)
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
            target: target.unwrap_or(place),
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            is_recursive: false,
            is_head: false,
        });
        self.expected.extend([NONE, NONE]);
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
