//! Folds the paths of recursive types.
//!
//! If a struct of type `A` contains another `A`, its fields repeat without end. Their paths are folded at the *head*: the first
//! field on the way from the outer `A` to the inner one. Below a head, fields that reach another `A` share a place if they have
//! the same type and their structs have the same type. Their names and depths do not matter. So the fields `left` and `right`
//! of a tree have two places at the tree's root, and everything below counts under one or the other. Each field that does not
//! reach an `A` has a place below each of the two.
//!
//! Types that contain each other in many ways, such as a syntax tree's, have one path for each possible order, which is
//! far too many. So types that were found to contain each other are treated as one type. This depends only on the order of
//! the walk.
//!
//! Other parts, such as a chain of wrappers, fold into the nearest ancestor of equal role and type within one field.

use std::collections::HashMap;

use super::stats::{NONE, PathStats};
use super::step::Step;

#[derive(Debug, Default)]
pub(super) struct RecursiveTypes {
    /// The places of recursive fields, by head, type of the struct and type of the field.
    fields: HashMap<(u32, &'static str, &'static str), u32>,
    /// Types in one group contain each other.
    groups: HashMap<&'static str, u32>,
}

impl RecursiveTypes {
    /// The place that counts a new part, if it folds.
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

    /// The place of a field of this type below the present head, if `parent` is inside a recursive type.
    fn same_field(&mut self, places: &[PathStats], parent: u32, type_name: &'static str) -> Option<u32> {
        let around = places[parent as usize].type_name;
        let (outer, head) = self.outermost(places, parent, around)?;
        self.learn(places, parent, outer, head);
        self.fields.get(&(head, around, type_name)).copied()
    }

    /// Records a new place if its type and the type of its struct are known to contain each other.
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

    /// The outermost place around `parent` with the type `around`, or with an equivalent type, and the first field on the way
    /// back.
    fn outermost(&self, places: &[PathStats], parent: u32, around: &'static str) -> Option<(u32, u32)> {
        let mut place = parent;
        // A variant is the same value as its enum.
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

    /// Records that all types from `place` up to `outer` contain each other, and which fields are below `head`.
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

    /// Records that values of these types contain each other.
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
