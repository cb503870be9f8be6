//! Declarations: the fields in the source code that advice refers to.
//!
//! A place is one path of the tree, such as `paths.values[].get.parameters[].schema`. Many paths
//! can reach the field `schema`, but it is declared once. So savings are added up by declaration.

use std::collections::{HashMap, HashSet};
use std::format;
use std::string::String;
use std::vec::Vec;

use deep_size_core::observer::ImplKind;

use crate::ownership::csr::Csr;
use crate::tree::names::short;
use crate::tree::paths::Paths;
use crate::tree::stats::NONE;
use crate::tree::step::Step;
use crate::tree::{separate, write_step};

/// The most steps from a place to the field that contains it.
const MOST_STEPS: usize = 64;

/// The declaration of a place: the type with the field, and the path from the field to the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Declaration {
    /// Empty if no field contains the place.
    owner: &'static str,
    /// The index of the path in `Declarations::names`.
    way: u32,
}

/// Finds the declarations of places.
pub(crate) struct Declarations<'a> {
    paths: &'a Paths,
    node_of: &'a [u32],
    /// For each place, the places that fold into it.
    folded: Csr,
    ways: HashMap<String, u32>,
    names: Vec<String>,
    /// Set by the first call of `of_handles`.
    weakenable: Option<Weakenable>,
}

/// The numbers of declarations whose handles can be weak.
#[derive(Debug, Default)]
struct Weakenable {
    numbers: HashMap<Declaration, u32>,
    number_of: HashMap<u32, Option<u32>>,
    /// The declarations of unique handles, which cannot be weak.
    owning: HashSet<Declaration>,
}

impl<'a> Declarations<'a> {
    pub(crate) fn new(paths: &'a Paths, node_of: &'a [u32]) -> Self {
        let folded = || {
            let places = (0..).zip(&paths.places);
            places.filter(|(place, stats)| stats.step != Step::Reference && stats.is_elsewhere(*place))
        };
        let pairs = folded().map(|(place, stats)| (stats.target, place));
        let folded = Csr::new(paths.places.len(), pairs.collect::<Vec<_>>().into_iter());
        Self { paths, node_of, folded, ways: HashMap::new(), names: Vec::new(), weakenable: None }
    }

    /// This place, and the places that fold into it.
    pub(super) fn ways_to(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        core::iter::once(place).chain(self.folded.of(place).iter().copied())
    }

    /// The declarations of a place. There are several if fields of one type fold into one place.
    pub(super) fn of(&mut self, place: u32) -> Vec<Declaration> {
        let places = &self.paths.places;
        let (mut steps, mut at) = (Vec::new(), place);
        let field = loop {
            let stats = &places[at as usize];
            if stats.parent == NONE || steps.len() == MOST_STEPS {
                break None;
            }
            if matches!(stats.step, Step::Field(_)) && self.paths.impl_kind(stats.parent) != ImplKind::BuiltIn
            {
                break Some(at);
            }
            steps.push(at);
            at = stats.parent;
        };
        let is_cut = field.is_none() && places[at as usize].parent != NONE;
        let ways: Vec<u32> = field.map_or(Vec::new(), |field| self.ways_to(field).collect());
        let starts = ways.iter().map(|&way| {
            let around = &places[places[way as usize].parent as usize];
            let mut path = String::new();
            if let Step::Variant(name) = around.step {
                path.push_str(name);
            }
            self.append(&mut path, way);
            (around.type_name, path)
        });
        let mut starts: Vec<(&'static str, String)> = starts.collect();
        if starts.is_empty() {
            starts.push(("", if is_cut { "…".into() } else { String::new() }));
        }
        for (_, path) in &mut starts {
            steps.iter().rev().for_each(|&step| self.append(path, step));
        }
        let mut found = Vec::with_capacity(starts.len());
        for (owner, path) in starts {
            let new = self.names.len() as u32;
            let way = *self.ways.entry(path.clone()).or_insert(new);
            if way == new {
                self.names.push(path);
            }
            let declaration = Declaration { owner, way };
            if !found.contains(&declaration) {
                found.push(declaration);
            }
        }
        found
    }

    /// Numbers the declaration of the handles at a place.
    ///
    /// `None` if there are several declarations, or if the declaration has a unique handle, which cannot be weak.
    pub(crate) fn of_handles(&mut self, place: u32) -> Option<u32> {
        let mut weakenable = self.weakenable.take().unwrap_or_else(|| {
            let owners = (0..).zip(&self.paths.places).filter(|(_, stats)| stats.owns_alone);
            let owners: Vec<u32> = owners.map(|(place, _)| place).collect();
            let owning = owners.into_iter().flat_map(|place| self.of(place)).collect();
            Weakenable { owning, ..Weakenable::default() }
        });
        let Weakenable { numbers, number_of, owning } = &mut weakenable;
        let number = *number_of.entry(place).or_insert_with(|| match *self.of(place) {
            [only] if !owning.contains(&only) => {
                let new = numbers.len() as u32;
                Some(*numbers.entry(only).or_insert(new))
            }
            _ => None,
        });
        self.weakenable = Some(weakenable);
        number
    }

    /// Appends the step of a place. Omits a transparent step inside one node.
    fn append(&self, path: &mut String, place: u32) {
        let stats = &self.paths.places[place as usize];
        let shares_node = self.node_of[place as usize] == self.node_of[stats.parent as usize];
        if !(stats.step.is_transparent() && shares_node) {
            separate(path, &stats.step);
            // Writing to a string cannot fail.
            let _: core::fmt::Result = write_step(path, &stats.step, stats.type_name, None);
        }
    }

    /// The name of a declaration: `Schema::enum_value`.
    pub(super) fn name(&self, declaration: Declaration) -> String {
        let way = &self.names[declaration.way as usize];
        match (declaration.owner, way.as_str()) {
            ("", "") => ".".into(),
            ("", way) => way.into(),
            (owner, way) => format!("{}::{way}", short(owner)),
        }
    }
}
