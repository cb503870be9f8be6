//! The places of a walk: one for each distinct path.

use std::vec::Vec;

use deep_size_core::observer::{FlatRun, ImplKind};

use super::fold::RecursiveTypes;
use super::samples::Sampler;
use super::stats::{NONE, PathId, PathStats, ROOT, Shape};
use super::step::Step;

#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) places: Vec<PathStats>,
    /// The layout of the values at each place.
    pub(crate) shapes: Vec<Shape>,
    pub(super) samplers: Vec<Sampler>,
    /// The fields of unions, with the places of the unions.
    pub(crate) union_fields: Vec<(u32, Option<usize>, FlatRun)>,
    /// The limit on places, not counting [`Step::Rest`].
    most: usize,
    pub(crate) is_truncated: bool,
    /// The place whose values contain the root, because of a cycle, and the bytes of the root.
    pub(crate) around_root: Option<(PathId, usize)>,
    recursive: RecursiveTypes,
}

impl Paths {
    pub(crate) fn new(most: usize) -> Self {
        let mut paths = Self {
            places: Vec::new(),
            shapes: Vec::new(),
            samplers: Vec::new(),
            union_fields: Vec::new(),
            // Places are numbered by `u32`.
            most: most.clamp(1, 1 << 30),
            is_truncated: false,
            around_root: None,
            recursive: RecursiveTypes::default(),
        };
        paths.add(NONE, Step::Root, "", None);
        paths
    }

    /// Finds or makes the place of an unexpected part of `parent`.
    pub(crate) fn find(&mut self, parent: u32, step: Step, type_name: &'static str) -> u32 {
        if step == Step::Root {
            self.places[ROOT as usize].type_name = type_name;
            return ROOT;
        }
        if self.places[parent as usize].step == Step::Rest {
            return parent;
        }
        self.known(parent, step, type_name).unwrap_or_else(|| self.create(parent, step, type_name))
    }

    /// The place below `parent` for handles on blocks that the walk first reached at `first`, if there is room.
    pub(crate) fn reference(&mut self, PathId(parent): PathId, PathId(first): PathId) -> Option<u32> {
        if self.places[parent as usize].step == Step::Rest {
            return None;
        }
        let is_it = |stats: &PathStats| stats.step == Step::Reference && stats.target == first;
        if let Some(place) = self.children(parent).find(|&child| is_it(&self.places[child as usize])) {
            return Some(place);
        }
        if self.places.len() >= self.most {
            self.is_truncated = true;
            return None;
        }
        let type_name = self.places[parent as usize].type_name;
        Some(self.add(parent, Step::Reference, type_name, Some(first)))
    }

    pub(crate) fn children(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        let link = |place: u32| (place != NONE).then_some(place);
        std::iter::successors(link(self.places[place as usize].first_child), move |&child| {
            link(self.places[child as usize].next_sibling)
        })
    }

    /// The place of this variant, compared by the address of the name. `None` is not certain.
    pub(crate) fn variant(&self, parent: u32, name: &'static str) -> Option<u32> {
        let is_it = |place: &u32| match self.places[*place as usize].step {
            Step::Variant(known) => core::ptr::eq(known, name),
            _ => false,
        };
        self.children(parent).find(is_it)
    }

    /// The kind of impl that reports the values at a place. A variant is the same value as its enum.
    pub(crate) fn impl_kind(&self, place: u32) -> ImplKind {
        let stats = &self.places[place as usize];
        match stats.step {
            Step::Variant(_) => self.places[stats.parent as usize].impl_kind,
            _ => stats.impl_kind,
        }
    }

    fn known(&mut self, parent: u32, step: Step, type_name: &'static str) -> Option<u32> {
        let place = self.children(parent).find(|&child| {
            let stats = &self.places[child as usize];
            stats.step == step && stats.type_name == type_name
        })?;
        // One name may have several addresses. The last address is the likely next one.
        let stats = &mut self.places[place as usize];
        (stats.step, stats.type_name) = (step, type_name);
        Some(place)
    }

    fn create(&mut self, parent: u32, step: Step, type_name: &'static str) -> u32 {
        if self.places.len() >= self.most {
            self.is_truncated = true;
            let rest = self.children(parent).find(|&child| self.places[child as usize].step == Step::Rest);
            return rest.unwrap_or_else(|| self.add(parent, Step::Rest, REST, None));
        }
        let target = self.recursive.folds_into(&mut self.places, parent, step, type_name);
        let place = self.add(parent, step, type_name, target);
        if target.is_none() {
            self.recursive.note(&self.places, place);
        }
        place
    }

    fn add(&mut self, parent: u32, step: Step, type_name: &'static str, target: Option<u32>) -> u32 {
        let place = self.places.len() as u32;
        self.shapes.push(Shape::default());
        self.places.push(PathStats {
            step,
            type_name,
            count: 0,
            shallow: 0,
            blocks: 0,
            allocations: 0,
            spare: 0,
            shared: 0,
            predicted_child: NONE,
            predicted_next: NONE,
            target: target.unwrap_or(place),
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            alignment: 0,
            is_recursive: false,
            owns_alone: false,
            impl_kind: ImplKind::BuiltIn,
            sampler: NONE,
        });
        if let Some(around) = self.places.get(parent as usize) {
            let last = around.last_child;
            match self.places.get_mut(last as usize) {
                Some(last) => last.next_sibling = place,
                None => self.places[parent as usize].first_child = place,
            }
            self.places[parent as usize].last_child = place;
        }
        place
    }
}

/// The type name of values without their own place.
pub(crate) const REST: &str = "…";
