//! Adds up the findings by declaration.

use core::cmp::Reverse;
use std::collections::HashMap;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::declarations::{Declaration, Declarations};
use super::evidence::Evidence;
use super::notes::HeldText;
use super::rules::{Change, Doubt, Finding, findings};
use super::saving::{AdviceKind, Certainty, Saving};
use super::types;
use crate::ownership::back_links::BackLinks;

/// Fewer values do not justify a change of their type.
pub(super) const MANY: usize = 64;

/// The most declarations that one piece of advice lists.
const MOST_NAMES: usize = 3;

/// All advice, largest saving first. Time and memory are linear in places and texts, except for sorting.
pub(crate) fn advise(mut evidence: Evidence<'_>) -> Vec<Saving> {
    let mut groups = Groups::default();
    for finding in findings(&evidence) {
        groups.add(&mut evidence, finding);
    }
    let texts = texts(&evidence, &mut groups.texts);
    for finding in texts {
        groups.add(&mut evidence, finding);
    }
    let mut advice: Vec<Saving> =
        groups.all.iter().filter_map(|group| group.saving(&evidence, &groups.texts)).collect();
    for links in evidence.back_links {
        advice.extend(cycles(&mut evidence, links));
    }
    advice.extend(types::savings(&evidence));
    advice.retain(|saving| saving.bytes > 0);
    advice.sort_by_key(|saving| (Reverse(saving.bytes), saving.node));
    advice
}

/// The values that a change applies to. Changes with the same subject are alternatives, so they share a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Buffer,
    Tree,
    Box,
    Option,
    Text,
}

impl Change {
    fn subject(self) -> Subject {
        match self {
            Self::Shrink | Self::Slice { .. } => Subject::Buffer,
            Self::Rebuild { .. } => Subject::Tree,
            Self::Unbox | Self::Doubtful(Doubt::Unbox) => Subject::Box,
            Self::BoxOption { .. } | Self::Doubtful(Doubt::BoxOption) => Subject::Option,
            Self::Share { .. } => Subject::Text,
        }
    }
}

/// Findings by declaration.
#[derive(Debug, Default)]
struct Groups {
    all: Vec<Group>,
    /// By subject, type and declaration.
    of: HashMap<(Subject, &'static str, Declaration), usize>,
    texts: Vec<HeldText>,
}

impl Groups {
    fn add(&mut self, evidence: &mut Evidence<'_>, finding: Finding) {
        let (subject, type_name) = (finding.change.subject(), evidence.place(finding.place).type_name);
        let declarations = evidence.declarations.of(finding.place);
        let keys = || declarations.iter().map(|&declaration| (subject, type_name, declaration));
        let mut known: Vec<usize> = keys().filter_map(|key| self.of.get(&key).copied()).collect();
        known.sort_unstable();
        known.dedup();
        let ours = known.first().copied().unwrap_or(self.all.len());
        if ours == self.all.len() {
            self.all.push(Group { subject, declarations: Vec::new(), findings: Vec::new() });
        }
        for &other in known.iter().skip(1) {
            let declarations = core::mem::take(&mut self.all[other].declarations);
            let findings = core::mem::take(&mut self.all[other].findings);
            for &declaration in &declarations {
                self.of.insert((subject, type_name, declaration), ours);
            }
            self.all[ours].declarations.extend(declarations);
            self.all[ours].findings.extend(findings);
        }
        for key in keys() {
            if self.of.insert(key, ours).is_none() {
                self.all[ours].declarations.push(key.2);
            }
        }
        self.all[ours].findings.push(finding);
    }
}

/// The findings for one declaration, or for several that share a place.
#[derive(Debug)]
struct Group {
    subject: Subject,
    declarations: Vec<Declaration>,
    findings: Vec<Finding>,
}

/// Sums over findings.
#[derive(Clone, Copy, Debug)]
struct Total {
    saved: usize,
    cost: usize,
    count: usize,
    places: usize,
    /// The place with the largest saving.
    place: u32,
    is_exact: bool,
}

impl Group {
    /// The advice that follows from this group, if any.
    fn saving(&self, evidence: &Evidence<'_>, texts: &[HeldText]) -> Option<Saving> {
        let (kind, total) = match self.subject {
            Subject::Buffer => self.buffers()?,
            Subject::Tree => self.trees()?,
            Subject::Text => self.texts(texts)?,
            // A truncated tree may omit values that the change makes larger.
            Subject::Box | Subject::Option if evidence.paths.is_truncated => return None,
            Subject::Box => self.boxes()?,
            Subject::Option => self.options()?,
        };
        let is_estimate = self.findings.iter().any(|finding| evidence.is_sampled(finding.place));
        let is_exact = total.is_exact && !evidence.paths.is_truncated;
        Some(Saving {
            declaration: names(&evidence.declarations, &self.declarations),
            type_name: evidence.place(total.place).type_name.into(),
            node: evidence.node_of[total.place as usize],
            kind,
            bytes: total.saved.saturating_sub(total.cost),
            certainty: match () {
                () if is_estimate => Certainty::Estimate,
                () if is_exact => Certainty::Exact,
                () => Certainty::AtLeast,
            },
            count: total.count,
            places: total.places,
        })
    }

    /// Sums the matching findings. `None` if no finding matches.
    fn total(&self, is_it: impl Fn(Change) -> bool) -> Option<Total> {
        let findings = || self.findings.iter().filter(|finding| is_it(finding.change));
        let sum = |part: fn(&Finding) -> usize| saturating_sum(findings().map(part));
        let most = findings().max_by_key(|finding| (finding.saved, Reverse(finding.place)))?;
        Some(Total {
            saved: sum(|finding| finding.saved),
            cost: sum(|finding| finding.cost),
            count: sum(|finding| finding.count),
            places: findings().count(),
            place: most.place,
            is_exact: findings().all(|finding| finding.is_exact),
        })
    }

    fn buffers(&self) -> Option<(AdviceKind, Total)> {
        let shrunk = self.total(|change| matches!(change, Change::Shrink));
        let slices = self.total(|change| matches!(change, Change::Slice { .. }));
        let spare = |finding: &Finding| match finding.change {
            Change::Slice { spare } => spare,
            _ => 0,
        };
        let to_free = shrunk.map_or(0, |total| total.saved);
        let is_better = |slices: &Total| slices.saved.saturating_sub(slices.cost) > to_free;
        match slices.filter(|slices| slices.count >= MANY && is_better(slices)) {
            Some(slices) => {
                let spare: usize = saturating_sum(self.findings.iter().map(spare));
                Some((AdviceKind::BoxedSlice, Total { saved: slices.saved.saturating_add(spare), ..slices }))
            }
            None => Some((AdviceKind::ShrinkToFit, shrunk?)),
        }
    }

    fn trees(&self) -> Option<(AdviceKind, Total)> {
        let size = |finding: &Finding| match finding.change {
            Change::Rebuild { nodes } => nodes,
            _ => 0,
        };
        let (total, nodes) = (self.total(|_| true)?, saturating_sum(self.findings.iter().map(size)));
        // Insertion in random order leaves over a quarter of the slots empty, so a smaller saving is normal.
        (total.saved.saturating_mul(3) >= nodes).then_some((AdviceKind::Rebuild, total))
    }

    fn boxes(&self) -> Option<(AdviceKind, Total)> {
        let total = self.total(|_| true).filter(|total| total.count >= MANY && !self.is_doubtful())?;
        Some((AdviceKind::Unbox, total))
    }

    fn options(&self) -> Option<(AdviceKind, Total)> {
        let total = self.total(|_| true).filter(|total| total.count >= MANY && !self.is_doubtful())?;
        let parts = self.findings.iter().map(|finding| match finding.change {
            Change::BoxOption { nones, size } => (nones, size),
            _ => (0, 0),
        });
        let (none_count, size) =
            parts.fold((0_usize, 0), |all, (nones, size)| (all.0.saturating_add(nones), size.max(all.1)));
        // Each box costs an allocation, so most values must be `None`.
        let is_usually_none = none_count >= total.count / 4 * 3;
        is_usually_none.then_some((AdviceKind::BoxOption { none_count, size }, total))
    }

    /// Whether the change may cost bytes at one of the places.
    fn is_doubtful(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.change, Change::Doubtful(_)))
    }

    fn texts(&self, texts: &[HeldText]) -> Option<(AdviceKind, Total)> {
        let mut held: Vec<HeldText> = Vec::new();
        for finding in &self.findings {
            if let Change::Share { first, end } = finding.change {
                held.extend_from_slice(&texts[first..end]);
            }
        }
        held.sort_unstable_by_key(|text| text.hash);
        let distinct = || held.chunk_by(|one, other| one.hash == other.hash);
        let (distinct_count, total) = (distinct().count(), self.total(|_| true)?);
        let cost = saturating_sum(distinct().filter_map(<[_]>::first).map(|text| text.shared));
        let total = Total { cost, ..total };
        (distinct_count < total.count).then_some((AdviceKind::ShareEqual { distinct_count }, total))
    }
}

pub(super) fn saturating_sum(numbers: impl Iterator<Item = usize>) -> usize {
    numbers.fold(0, usize::saturating_add)
}

/// The findings on texts. Fills `texts`, sorted by place.
fn texts(evidence: &Evidence<'_>, texts: &mut Vec<HeldText>) -> Vec<Finding> {
    texts.extend(evidence.notes.texts().filter(|text| evidence.has_chosen_type(text.place)));
    texts.sort_unstable_by_key(|text| text.place);
    let mut end = 0;
    let findings = texts.chunk_by(|one, other| one.place == other.place).map(|texts| {
        let first = end;
        end += texts.len();
        Finding {
            place: texts[0].place,
            change: Change::Share { first, end },
            count: saturating_sum(texts.iter().map(|text| text.copies as usize)),
            saved: saturating_sum(texts.iter().map(|text| text.blocks)),
            cost: 0,
            // Not exact, because an `Arc<str>` is also smaller than a `String`.
            is_exact: false,
        }
    });
    findings.collect()
}

fn cycles(evidence: &mut Evidence<'_>, links: &BackLinks) -> Option<Saving> {
    let place = *links.places.first()?;
    let found = evidence.declarations.of(place);
    Some(Saving {
        declaration: names(&evidence.declarations, &found),
        type_name: evidence.place(place).type_name.into(),
        node: evidence.node_of[place as usize],
        kind: AdviceKind::BreakCycle { block_count: links.blocks },
        bytes: links.bytes,
        certainty: if links.is_exact { Certainty::Exact } else { Certainty::AtLeast },
        count: links.groups,
        places: links.places.len(),
    })
}

/// The names of declarations, in alphabetical order.
fn names(declarations: &Declarations<'_>, found: &[Declaration]) -> String {
    let mut names: Vec<String> = found.iter().map(|&one| declarations.name(one)).collect();
    names.sort_unstable();
    names.dedup();
    let more = match names.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.truncate(MOST_NAMES);
    names.join(", ") + &*more
}
