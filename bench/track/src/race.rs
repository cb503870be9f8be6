//! The variants of a program, and their times.

use programs::{Program, Times};

/// The allocator that a program runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    Bare,
    Counting,
    Sampled,
    All,
    /// With 10 frames, as many as dhat keeps.
    AllOf10,
    Dhat,
    /// The bare allocator in `heaptrack`, if it is installed.
    Heaptrack,
}

impl Variant {
    pub(crate) const ALL: [Self; 7] =
        [Self::Bare, Self::Counting, Self::Sampled, Self::All, Self::AllOf10, Self::Dhat, Self::Heaptrack];

    /// The binary, and the argument that selects the variant.
    pub(crate) fn command(self) -> (&'static str, &'static str) {
        match self {
            Self::Bare | Self::Heaptrack => ("bare", "bare"),
            Self::Counting => ("tracked", "counting"),
            Self::Sampled => ("tracked", "sampled"),
            Self::All => ("tracked", "all"),
            Self::AllOf10 => ("tracked", "all-10"),
            Self::Dhat => ("dhat", "dhat"),
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare allocator",
            Self::Counting => "counting",
            Self::Sampled => "sampled call sites",
            Self::All => "all call sites",
            Self::AllOf10 => "all call sites, 10 frames",
            Self::Dhat => "dhat",
            Self::Heaptrack => "heaptrack",
        }
    }

    pub(crate) fn is_slow(self) -> bool {
        !matches!(self, Self::Bare | Self::Counting | Self::Sampled)
    }

    /// The variant it is compared with, and the largest allowed ratio of their times.
    pub(crate) fn goal(self) -> Option<(Self, f64)> {
        match self {
            Self::Counting => Some((Self::Bare, 1.10)),
            Self::Sampled => Some((Self::Bare, 1.15)),
            Self::All | Self::AllOf10 => Some((Self::Dhat, 1.0)),
            Self::Bare | Self::Dhat | Self::Heaptrack => None,
        }
    }
}

/// The times of a variant of a program, in each round.
#[derive(Debug)]
pub(crate) struct Race {
    pub(crate) program: Program,
    pub(crate) rounds: Vec<[Times; Variant::ALL.len()]>,
}

impl Race {
    /// The median ratio of one variant's time to another's.
    pub(crate) fn ratio(&self, of: Variant, to: Variant, time: fn(&Times) -> f64) -> f64 {
        median(self.rounds.iter().map(|times| time(&times[of as usize]) / time(&times[to as usize])))
    }

    pub(crate) fn time(&self, of: Variant, time: fn(&Times) -> f64) -> f64 {
        median(self.rounds.iter().map(|times| time(&times[of as usize])))
    }

    /// Whether the CPU time of a variant meets its goal, if it has one.
    pub(crate) fn is_met(&self, variant: Variant) -> Option<bool> {
        let (other, most) = variant.goal()?;
        Some(self.ratio(variant, other, cpu) <= most)
    }
}

pub(crate) fn wall(times: &Times) -> f64 {
    times.wall
}

pub(crate) fn cpu(times: &Times) -> f64 {
    times.cpu
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}
