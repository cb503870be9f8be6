//! Where the paths of recursive types end.
//!
//! A value of type `A` that lies somewhere inside a value of type `A` has the same parts again, and so on without end. Its
//! paths are folded: a part that is at the same place in the inner `A` as another is in the outer one is counted there.
//!
//! "The same place" means, for a field, that the types of the field and of the struct around it are those of a field
//! further up; the names need not be the same. So the fields `left` and `right` of a tree are apart in the tree's root, and
//! all below them is counted under the one or the other: two lines. For what is not a field, it means that role and type
//! are those of something further up within the same field.
//!
//! Types that lead to each other in many ways, as in a syntax tree, have one path for each order in which they may
//! follow one another, which are far too many. So the fields known to lead back to one place are kept together: where one
//! of them is met again under that place, in another order, it is counted with the first.

use super::paths::{NONE, Paths, Slot, Step};

impl Paths {
    /// The place where a new part is counted, if not at one of its own.
    pub(super) fn folds_into(&mut self, parent: u32, step: Step, type_name: &'static str) -> Option<u32> {
        let (head, target) = match step {
            Step::Field(_) => self.same_field(parent, type_name)?,
            Step::Variant(_) => return None,
            _ => self.same_within_field(parent, step, type_name).map(|place| (place, place))?,
        };
        self.slots[target as usize].is_recursive = true;
        self.remember_cycle(parent, head);
        Some(target)
    }

    /// A field further up, or known to lead back to a place further up, of the same type and in the same type; with the
    /// place further up.
    fn same_field(&self, parent: u32, type_name: &'static str) -> Option<(u32, u32)> {
        let around = self.slots[parent as usize].type_name;
        self.upwards(parent).find_map(|place| {
            let slot = &self.slots[place as usize];
            let member = if slot.is_head { self.cycles.get(&(place, around, type_name)) } else { None };
            if let Some(&member) = member {
                return Some((place, member));
            }
            let is_same = matches!(slot.step, Step::Field(_))
                && slot.type_name == type_name
                && self.slots[slot.parent as usize].type_name == around;
            is_same.then_some((place, place))
        })
    }

    fn same_within_field(&self, parent: u32, step: Step, type_name: &'static str) -> Option<u32> {
        for place in self.upwards(parent) {
            let slot = &self.slots[place as usize];
            if slot.step == step && slot.type_name == type_name {
                return Some(place);
            }
            if matches!(slot.step, Step::Field(_)) {
                break;
            }
        }
        None
    }

    /// Notes which fields from `place` up to `head` lead back to `head`.
    fn remember_cycle(&mut self, place: u32, head: u32) {
        self.slots[head as usize].is_head = true;
        let mut place = place;
        loop {
            let Slot { step, parent, type_name, .. } = self.slots[place as usize];
            if let Step::Field(_) = step {
                let around = self.slots[parent as usize].type_name;
                self.cycles.entry((head, around, type_name)).or_insert(place);
            }
            if place == head {
                break;
            }
            place = parent;
        }
    }

    /// A place and all around it.
    fn upwards(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(place), |&place| {
            let parent = self.slots[place as usize].parent;
            (parent != NONE).then_some(parent)
        })
    }
}
