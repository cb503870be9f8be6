//! Samples of values that own nothing.
//!
//! A path with at most [`MOST`] values is visited completely. A longer path is divided into sections, and one value represents its
//! section. The position in the section is pseudo-random, because values often repeat in a regular pattern. All sections of a run
//! have one length. Later runs have longer sections, because the final length of the path is unknown when a run begins.

use core::ops::Range;
use std::vec;
use std::vec::Vec;

use super::paths::Paths;
use super::stats::NONE;
use super::step::Step;

/// Paths with at most this many values are visited completely.
pub(crate) const MOST: usize = 10_000;

/// The samples on one path.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    /// The end of the current section, in values from the first one on.
    end: usize,
    /// The number of values in the section after its sample.
    rest: usize,
    /// The number of values before the next sample, if it is planned.
    planned: Option<usize>,
    /// The length of the section of the next sample.
    length: usize,
    /// The number of values passed in the current run.
    passed: usize,
    /// The number of samples.
    taken: usize,
    /// The number of values that the samples represent.
    represented: usize,
    /// The number of values in all runs that ended.
    total: usize,
}

impl Sampler {
    /// The next samples, counted from the next value, if at least `left` values are left in the run.
    pub(crate) fn plan(&mut self, left: usize) -> Range<usize> {
        let planned = match self.planned {
            Some(planned) => planned,
            None => {
                let passed = self.end - self.rest;
                let length = passed.saturating_add(left).div_ceil(MOST).max(1);
                if length == 1 && self.rest == 0 {
                    self.length = 1;
                    return 0..left.min(MOST - passed);
                }
                self.plan_section(length)
            }
        };
        planned..planned.saturating_add(1)
    }

    /// Begins a section, and returns the number of values before its sample.
    fn plan_section(&mut self, length: usize) -> usize {
        // 0 would always choose the first value of a path.
        let position = mixed(!self.end) % length;
        let planned = self.rest.saturating_add(position);
        self.rest = length - 1 - position;
        self.end = self.end.saturating_add(length);
        self.length = length;
        self.planned = Some(planned);
        planned
    }

    /// Takes a sample from a run of this weight. Returns the number of values that the sample represents.
    pub(crate) fn take(&mut self, weight: usize) -> usize {
        match self.planned.take() {
            Some(planned) => self.passed = self.passed.saturating_add(planned),
            None => self.end += 1,
        }
        self.passed = self.passed.saturating_add(1);
        self.taken += 1;
        let represented = self.length.max(1).saturating_mul(weight);
        self.represented = self.represented.saturating_add(represented);
        represented
    }

    /// Ends a run of `count` values of this weight.
    pub(crate) fn end_run(&mut self, count: usize, weight: usize) {
        let rest = count.saturating_sub(self.passed);
        self.planned = self.planned.map(|planned| planned.saturating_sub(rest));
        self.passed = 0;
        self.total = self.total.saturating_add(count.saturating_mul(weight));
    }
}

/// A pseudo-random number (the finalizer of MurmurHash3).
fn mixed(number: usize) -> usize {
    let mut bits = number as u64;
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (bits ^ (bits >> 33)) as usize
}

impl Paths {
    /// The samples at a place.
    pub(crate) fn sampler(&mut self, place: u32) -> &mut Sampler {
        let stats = &mut self.places[place as usize];
        if stats.sampler == NONE {
            stats.sampler = self.samplers.len() as u32;
            self.samplers.push(Sampler::default());
        }
        &mut self.samplers[stats.sampler as usize]
    }

    /// Ends a run that is counted at a place. Without samples, its values were not entered.
    pub(crate) fn end_run(&mut self, place: u32, count: usize, weight: usize) {
        match self.samplers.get_mut(self.places[place as usize].sampler as usize) {
            Some(sampler) => sampler.end_run(count, weight),
            None => {
                let not_entered = &mut self.shapes[place as usize].not_entered;
                *not_entered = not_entered.saturating_add(count.saturating_mul(weight));
            }
        }
    }

    /// Scales the counts of sampled parts to the number of values in the runs. Calls `scale_nones` with each scaled place, its
    /// count and the count before.
    pub(crate) fn scale(&mut self, mut scale_nones: impl FnMut(u32, usize, usize)) {
        if self.samplers.is_empty() {
            return;
        }
        // The values at each place and at those that fold into it, before and after scaling.
        let mut visited = vec![0_usize; self.places.len()];
        for stats in self.places.iter().filter(|stats| stats.step != Step::Reference) {
            let count = &mut visited[stats.target as usize];
            *count = count.saturating_add(stats.count);
        }
        let mut scaled = visited.clone();
        for (place, stats) in self.places.iter().enumerate() {
            if let Some(sampler) = self.samplers.get(stats.sampler as usize) {
                visited[place] =
                    visited[place].saturating_sub(sampler.total).saturating_add(sampler.represented);
            }
        }
        // The counts of the variants of each place so far, before and after scaling.
        let mut variants = vec![(0_usize, 0_usize); self.places.len()];
        // The sample sizes for the parts of each place.
        let mut inside: Vec<Option<usize>> = vec![None; self.places.len()];
        for place in 0..self.places.len() {
            let stats = &self.places[place];
            let parent = stats.parent as usize;
            let is_counted = parent < place && !matches!(stats.step, Step::Reference | Step::Root);
            if is_counted {
                inside[place] = inside[parent];
                let may_vary = match stats.step {
                    Step::Variant(_) => true,
                    Step::Inner => {
                        !self.shapes[parent].variants.is_empty() || !self.shapes[parent].has_all_fields
                    }
                    _ => self.shapes[place].sample_size.is_some(),
                };
                if may_vary || self.shapes[parent].sample_size.is_some() {
                    self.shapes[place].sample_size = inside[place];
                }
            }
            if let Some(sampler) = self.samplers.get(stats.sampler as usize) {
                // Values without bytes are identical.
                let has_bytes = self.shapes[place].size > 0;
                if has_bytes && (sampler.total != sampler.taken || sampler.represented != sampler.taken) {
                    inside[place] = Some(sampler.taken);
                }
            }
            self.shapes[place].is_sampled = inside[place].is_some();
            if !is_counted || scaled[parent] == visited[parent] {
                continue;
            }
            let stats = &mut self.places[place];
            let ratio = |count| scaled_by(count, scaled[parent], visited[parent]);
            let count = match stats.step {
                Step::Variant(_) => {
                    // Rounding the running sum keeps the sum of all variants.
                    let (before, after) = &mut variants[parent];
                    *before = before.saturating_add(stats.count);
                    let sum = ratio(*before);
                    let count = sum.saturating_sub(*after);
                    *after = sum;
                    count
                }
                _ => ratio(stats.count),
            };
            stats.shallow = scaled_by(stats.shallow, count, stats.count);
            if visited[place] == scaled[place] {
                visited[place] = stats.count;
            }
            scaled[place] = count;
            stats.count = count;
        }
        for (place, (&scaled, &visited)) in scaled.iter().zip(&visited).enumerate() {
            if scaled != visited {
                scale_nones(place as u32, scaled, visited);
            }
        }
    }
}

/// `number * numerator / denominator`, rounded down.
pub(crate) fn scaled_by(number: usize, numerator: usize, denominator: usize) -> usize {
    let scaled = number as u128 * numerator as u128 / (denominator as u128).max(1);
    usize::try_from(scaled).unwrap_or(usize::MAX)
}
