//! Where the paths of recursive types end.
//!
//! A struct of type `A` that lies somewhere inside another `A` has the same fields again, and so on without end. So its
//! paths are folded, at the first field on the way from the outer `A` to the inner one: the *head*. Under a head each field
//! that leads on to another `A` has one place for all depths, known by its type and that of the struct around it, whatever
//! its name; so the fields `left` and `right` of a tree are apart at the tree's root, and all below them is counted under
//! the one or the other. Fields that do not lead back have a place under each of those.
//!
//! Types that contain each other in many ways, as in a syntax tree, have one path for each order in which they may follow
//! one another, which are far too many. So types that were once seen to contain each other count as one type in what was
//! said above. That is learnt on the way, and depends on nothing but the order of the walk.
//!
//! What is not a field, as in a chain of wrappers, is folded where its role and type are those of something further up
//! within the same field.

use std::collections::HashMap;

use super::stats::{NONE, PathStats};
use super::step::Step;

/// What is known of recursive types.
#[derive(Debug, Default)]
pub(super) struct RecursiveTypes {
    /// The places of fields that lead back to where they are, by head, type around them and type.
    fields: HashMap<(u32, &'static str, &'static str), u32>,
    /// Types in one group contain each other.
    groups: HashMap<&'static str, u32>,
}

impl RecursiveTypes {
    /// The place where a new part is counted, if not at one of its own.
    pub(super) fn folds_into(
        &mut self,
        places: &mut [PathStats],
        parent: u32,
        step: Step,
        type_name: &'static str,
    ) -> Option<u32> {
        let target = match step {
            Step::Field(_) => self.same_field(places, parent, type_name)?,
            Step::Variant(_) => return None,
            _ => same_within_field(places, parent, step, type_name)?,
        };
        places[target as usize].is_recursive = true;
        Some(target)
    }

    /// The place under the present head of a field of this type, if `parent` is inside a recursive type.
    fn same_field(&mut self, places: &[PathStats], parent: u32, type_name: &'static str) -> Option<u32> {
        let around = places[parent as usize].type_name;
        let (outer, head) = self.outermost(places, parent, around)?;
        self.learn(places, parent, outer, head);
        self.fields.get(&(head, around, type_name)).copied()
    }

    /// Notes a new place, if its type is known to lead back to where it is.
    pub(super) fn note(&mut self, places: &[PathStats], place: u32) {
        let PathStats { step, parent, type_name, .. } = places[place as usize];
        if let Step::Field(_) = step {
            let around = places[parent as usize].type_name;
            if self.are_one(around, type_name) {
                if let Some((_, head)) = self.outermost(places, parent, around) {
                    self.fields.entry((head, around, type_name)).or_insert(place);
                }
            }
        }
    }

    /// The outermost place of the type `around`, or one that counts as the same, around the value at `parent` which is of
    /// that type; with the first field on the way back.
    fn outermost(&self, places: &[PathStats], parent: u32, around: &'static str) -> Option<(u32, u32)> {
        let mut place = parent;
        // A variant is the same value as the enum.
        while let PathStats { step: Step::Variant(_), parent, .. } = places[place as usize] {
            place = parent;
        }
        let (mut head, mut outermost) = (NONE, None);
        loop {
            if let Step::Field(_) = places[place as usize].step {
                head = place;
            }
            place = places[place as usize].parent;
            let Some(stats) = places.get(place as usize) else {
                return outermost;
            };
            if head != NONE && self.are_one(stats.type_name, around) {
                outermost = Some((place, head));
            }
        }
    }

    /// Notes that all types on the way from `place` up to `outer` contain each other, and which fields lie below `head`.
    fn learn(&mut self, places: &[PathStats], place: u32, outer: u32, head: u32) {
        let group = places[outer as usize].type_name;
        let (mut place, mut is_below_head) = (place, true);
        while place != outer {
            let PathStats { step, parent, type_name, .. } = places[place as usize];
            self.unite(group, type_name);
            if let (Step::Field(_), true) = (step, is_below_head) {
                let around = places[parent as usize].type_name;
                self.fields.entry((head, around, type_name)).or_insert(place);
            }
            is_below_head &= place != head;
            place = parent;
        }
    }

    /// Whether values of these types are known to contain each other.
    fn are_one(&self, one: &'static str, other: &'static str) -> bool {
        one == other || self.groups.get(one).is_some_and(|group| self.groups.get(other) == Some(group))
    }

    /// Notes that values of these types contain each other.
    fn unite(&mut self, one: &'static str, other: &'static str) {
        let new = self.groups.len() as u32;
        let group = *self.groups.entry(one).or_insert(new);
        if let Some(merged) = self.groups.insert(other, group) {
            self.groups.values_mut().filter(|member| **member == merged).for_each(|member| *member = group);
        }
    }
}

fn same_within_field(places: &[PathStats], parent: u32, step: Step, type_name: &'static str) -> Option<u32> {
    let mut place = parent;
    while let Some(stats) = places.get(place as usize) {
        if stats.step == step && stats.type_name == type_name {
            return Some(place);
        }
        if let Step::Field(_) = stats.step {
            break;
        }
        place = stats.parent;
    }
    None
}
