//! The goals for the figures.

use crate::heap::Age;
use crate::sample::geometric_mean;
use crate::workload::{Kind, Race};

/// For smaller differences in nanoseconds, a ratio is noise.
const RESOLUTION: f64 = 5.0;

/// One goal, and the races that decide it.
struct Goal {
    text: &'static str,
    applies: fn(&Race) -> bool,
    figure: fn(&Race) -> Option<f64>,
    most: f64,
    /// The number of races that may miss it.
    spared: usize,
}

const GOALS: [Goal; 5] = [
    Goal {
        text: "ratio to the fastest peer at most 1.10, or 5 ns more, except in five rows",
        applies: |_| true,
        figure: resolved_ratio,
        most: 1.10,
        spared: 5,
    },
    Goal {
        text: "ratio to the fastest peer at most 1.30, or 5 ns more",
        applies: |_| true,
        figure: resolved_ratio,
        most: 1.30,
        spared: 0,
    },
    Goal {
        text: "unique handles: ratio to the fastest peer at most 0.50",
        applies: |race| race.kind == Kind::UniqueHandles,
        figure: Race::peer_ratio,
        most: 0.50,
        spared: 0,
    },
    Goal {
        text: "shared handles: ratio to the fastest peer at most 0.50",
        applies: |race| race.kind == Kind::SharedHandles,
        figure: Race::peer_ratio,
        most: 0.50,
        spared: 0,
    },
    Goal {
        text: "bytes are exact",
        applies: |_| true,
        figure: |race| Some(race.ours().error(race.truth).abs()),
        most: 0.0,
        spared: 0,
    },
];

/// A limit for a mean over races.
struct Mean {
    text: &'static str,
    of: fn(&[Race]) -> f64,
    most: f64,
}

const MEANS: [Mean; 2] = [
    Mean { text: "geometric mean of the ratios to the fastest peers at most 0.50", of: mean, most: 0.50 },
    Mean {
        text: "pointer-rich data on an aged heap: mean ratio to the fastest peer at most 0.85",
        of: |races| {
            let aged = races.iter().filter(|race| race.kind == Kind::Rich && race.age == Age::Aged);
            geometric_mean(aged.filter_map(Race::peer_ratio))
        },
        most: 0.85,
    },
];

fn resolved_ratio(race: &Race) -> Option<f64> {
    let is_close = race.ours().difference(race.fastest_peer()?) <= RESOLUTION;
    race.peer_ratio().map(|ratio| if is_close { ratio.min(1.0) } else { ratio })
}

/// The number of races that decide a goal, and the races that miss it with their figures.
pub(crate) struct Outcome<'r> {
    pub(crate) text: &'static str,
    pub(crate) races: usize,
    pub(crate) missed: Vec<(&'r Race, f64)>,
    spared: usize,
}

impl Outcome<'_> {
    pub(crate) fn is_met(&self) -> bool {
        self.missed.len() <= self.spared
    }

    pub(crate) fn passed(&self) -> String {
        format!("{} of {}", self.races - self.missed.len(), self.races)
    }
}

/// The outcomes of the goals for single races.
pub(crate) fn outcomes(races: &[Race]) -> impl Iterator<Item = Outcome<'_>> {
    GOALS.iter().map(|goal| {
        let figures = races
            .iter()
            .filter(|race| (goal.applies)(race))
            .filter_map(|race| Some((race, (goal.figure)(race)?)));
        let (passed, missed): (Vec<_>, Vec<_>) = figures.partition(|&(_, figure)| figure <= goal.most);
        Outcome { text: goal.text, races: passed.len() + missed.len(), missed, spared: goal.spared }
    })
}

/// The goals for means, with their figures.
pub(crate) fn means(races: &[Race]) -> impl Iterator<Item = (&'static str, f64)> {
    MEANS.into_iter().map(|Mean { text, of, .. }| (text, of(races)))
}

/// Prints each goal with the races that miss it. Returns `false` if a goal is missed.
pub(crate) fn print(races: &[Race]) -> bool {
    let mut met = true;
    for outcome in outcomes(races) {
        verdict(outcome.is_met(), outcome.text, &outcome.passed());
        for (race, figure) in &outcome.missed {
            println!("         {:29} {:>8} {:5} {figure:.2}", race.workload, race.count, race.age);
        }
        met &= outcome.is_met();
    }
    for ((text, mean), Mean { most, .. }) in means(races).zip(MEANS) {
        verdict(mean <= most, text, &format!("{mean:.2}"));
        met &= mean <= most;
    }
    met
}

fn verdict(passed: bool, text: &str, figure: &str) {
    println!("{} {text}: {figure}", if passed { "pass    " } else { "MISSED  " });
}

/// The mean over workloads of the mean over sizes and heaps.
pub(crate) fn mean(races: &[Race]) -> f64 {
    let mut workloads: Vec<&str> = races.iter().map(|race| race.workload).collect();
    workloads.dedup();
    geometric_mean(workloads.into_iter().filter_map(|workload| {
        let of_workload = races.iter().filter(|race| race.workload == workload).filter_map(Race::peer_ratio);
        let mean = geometric_mean(of_workload);
        mean.is_finite().then_some(mean)
    }))
}
