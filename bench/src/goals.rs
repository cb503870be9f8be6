//! What the figures should be.

use crate::heap::Age;
use crate::sample::geometric_mean;
use crate::workload::{Kind, Race};

/// Below this many nanoseconds of difference, a ratio tells nothing.
const RESOLUTION: f64 = 3.0;

/// What the geometric mean over all workloads should be at the most.
const MEAN: f64 = 0.60;

/// One goal, and the races that decide it.
struct Goal {
    text: &'static str,
    applies: fn(&Race) -> bool,
    figure: fn(&Race) -> Option<f64>,
    most: f64,
}

const GOALS: [Goal; 8] = [
    Goal {
        text: "never slower than the fastest peer: ratio at most 1.05, or 3 ns more",
        applies: |_| true,
        figure: |race| {
            let is_close = race.ours().difference(race.fastest_peer()?) <= RESOLUTION;
            race.peer_ratio().map(|ratio| if is_close { ratio.min(1.0) } else { ratio })
        },
        most: 1.05,
    },
    Goal {
        text: "pointer-rich data on an aged heap: ratio to the fastest peer at most 0.70",
        applies: |race| race.kind == Kind::Rich && race.age == Age::Aged,
        figure: Race::peer_ratio,
        most: 0.70,
    },
    Goal {
        text: "unique handles: ratio to the fastest peer at most 0.10",
        applies: |race| race.kind == Kind::UniqueHandles,
        figure: Race::peer_ratio,
        most: 0.10,
    },
    Goal {
        text: "shared handles: ratio to the fastest peer at most 0.50",
        applies: |race| race.kind == Kind::SharedHandles,
        figure: Race::peer_ratio,
        most: 0.50,
    },
    Goal {
        text: "a tiny value: at most 3 ns more than the fastest peer",
        applies: |race| race.kind == Kind::Tiny,
        figure: |race| Some(race.ours().difference(race.fastest_peer()?)),
        most: RESOLUTION,
    },
    Goal {
        text: "fresh heap: ratio to a loop by hand at most 1.10, or 3 ns more",
        applies: |race| race.age == Age::Fresh && race.kind != Kind::FlatTree,
        figure: |race| {
            let is_close = race.ours().difference(race.of(crate::contender::Who::ByHand)?) <= RESOLUTION;
            race.hand_ratio().map(|ratio| if is_close { ratio.min(1.0) } else { ratio })
        },
        most: 1.10,
    },
    Goal {
        text: "flat B-tree: ratio to a bare loop over its keys at most 1.30",
        applies: |race| race.kind == Kind::FlatTree,
        figure: Race::hand_ratio,
        most: 1.30,
    },
    Goal {
        text: "bytes are exact",
        applies: |_| true,
        figure: |race| Some(race.ours().error(race.truth).abs()),
        most: 0.0,
    },
];

/// How many races decide a goal, and those that miss it, with their figures.
pub(crate) struct Outcome<'r> {
    pub(crate) text: &'static str,
    pub(crate) races: usize,
    pub(crate) missed: Vec<(&'r Race, f64)>,
}

impl Outcome<'_> {
    pub(crate) fn passed(&self) -> String {
        format!("{} of {}", self.races - self.missed.len(), self.races)
    }
}

/// What became of each goal that is decided race by race.
pub(crate) fn outcomes(races: &[Race]) -> impl Iterator<Item = Outcome<'_>> {
    GOALS.iter().map(|goal| {
        let figures = races
            .iter()
            .filter(|race| (goal.applies)(race))
            .filter_map(|race| Some((race, (goal.figure)(race)?)));
        let (passed, missed): (Vec<_>, Vec<_>) = figures.partition(|&(_, figure)| figure <= goal.most);
        Outcome { text: goal.text, races: passed.len() + missed.len(), missed }
    })
}

/// Prints each goal with the races that miss it; `true` if all are met.
pub(crate) fn print(races: &[Race]) -> bool {
    let mut met = true;
    for outcome in outcomes(races) {
        verdict(outcome.missed.is_empty(), outcome.text, &outcome.passed());
        for (race, figure) in &outcome.missed {
            println!("         {:29} {:>8} {:5} {figure:.2}", race.workload, race.count, race.age);
        }
        met &= outcome.missed.is_empty();
    }
    let mean = mean(races);
    let passed = mean <= MEAN;
    verdict(passed, "geometric mean of the ratios to the fastest peers at most 0.60", &format!("{mean:.2}"));
    met && passed
}

fn verdict(passed: bool, text: &str, figure: &str) {
    println!("{} {text}: {figure}", if passed { "pass    " } else { "MISSED  " });
}

/// The mean over the workloads, each of which has the mean over its sizes and heaps.
pub(crate) fn mean(races: &[Race]) -> f64 {
    let mut workloads: Vec<&str> = races.iter().map(|race| race.workload).collect();
    workloads.dedup();
    geometric_mean(workloads.into_iter().filter_map(|workload| {
        let of_workload = races.iter().filter(|race| race.workload == workload).filter_map(Race::peer_ratio);
        let mean = geometric_mean(of_workload);
        mean.is_finite().then_some(mean)
    }))
}
