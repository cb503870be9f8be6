//! Paths without indexes, such as `cache.entries[].body`.

use std::collections::HashMap;
use std::iter;

use deep_size_core::observer::Role;

use super::super::walk::Walk;

/// The paths of all places of a walk, each path once.
///
/// A value inside another one of its type has the path of the outer one. So recursive types have finitely many paths.
pub(super) struct Paths<'n> {
    names: &'n [String],
    steps: Vec<Step>,
    of_places: Vec<u32>,
}

/// The last step of a path. The first steps are the roots.
struct Step {
    around: Option<u32>,
    /// With 0 for the index.
    role: Role,
    type_name: &'static str,
}

impl<'n> Paths<'n> {
    /// Takes linear time in all places, because the number of types on a path is small.
    pub(super) fn of(walk: &Walk, names: &'n [String]) -> Self {
        let root = |_| Step { around: None, role: Role::Root, type_name: "" };
        let mut paths = Self { names, steps: walk.starts.iter().map(root).collect(), of_places: Vec::new() };
        let mut known: HashMap<(u32, Role, &'static str), u32> = HashMap::new();
        let mut root = 0;
        for (at, place) in walk.places.iter().enumerate() {
            while walk.starts.get(root + 1).is_some_and(|&start| start <= at) {
                root += 1;
            }
            let around = paths.of_places.get(place.outer).copied().unwrap_or(root as u32);
            let role = match place.value.role {
                Role::Element(_) => Role::Element(0),
                Role::Key(_) => Role::Key(0),
                Role::Value(_) => Role::Value(0),
                role @ Role::Field(_) => role,
                // The contents of a wrapper or a pointer add no step.
                _ => {
                    paths.of_places.push(around);
                    continue;
                }
            };
            let type_name = place.value.type_name;
            let step = *known
                .entry((around, role, type_name))
                .or_insert_with(|| paths.step(around, role, type_name));
            paths.of_places.push(step);
        }
        paths
    }

    fn step(&mut self, around: u32, role: Role, type_name: &'static str) -> u32 {
        if let Some(outer) = self.chain(around).find(|&step| self.steps[step as usize].type_name == type_name)
        {
            return outer;
        }
        self.steps.push(Step { around: Some(around), role, type_name });
        (self.steps.len() - 1) as u32
    }

    /// A path and those around it, from the innermost to the root.
    fn chain(&self, from: u32) -> impl Iterator<Item = u32> {
        iter::successors(Some(from), |&step| self.steps[step as usize].around)
    }

    pub(super) fn of_place(&self, place: usize) -> u32 {
        self.of_places[place]
    }

    /// The name of the root and the path in it.
    pub(super) fn text(&self, path: u32) -> String {
        let mut chain: Vec<u32> = self.chain(path).collect();
        let root = chain.pop().unwrap_or_default();
        let mut text = self.names[root as usize].clone();
        for step in chain.into_iter().rev() {
            match self.steps[step as usize].role {
                Role::Field(name) => text.extend([".", name]),
                Role::Key(_) => text.push_str(".keys[]"),
                Role::Value(_) => text.push_str(".values[]"),
                _ => text.push_str("[]"),
            }
        }
        text
    }
}
