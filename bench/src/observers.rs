//! Observers that count, and the cost of a walk with one over a plain walk.

use deep_size::{Allocation, DeepSize, Detail, FlatRun, Meeting, Node, Observer, Totals, observe};

use crate::contender::Who;
use crate::sample::{self, Effort, Entrant};

/// Counts blocks and their bytes, from totals alone.
#[derive(Default)]
struct Blocks {
    totals: Totals,
}

impl Observer for Blocks {
    fn detail(&self) -> Detail {
        Detail::Totals
    }

    fn totals(&mut self, totals: &Totals) {
        self.totals += *totals;
    }
}

/// Counts values and blocks, visiting each.
#[derive(Default)]
struct Values {
    values: usize,
    blocks: usize,
}

impl Observer for Values {
    fn enter(&mut self, _: &Node) {
        self.values += 1;
    }

    fn flat(&mut self, run: &FlatRun) {
        self.values += run.count;
    }

    fn allocation(&mut self, _: &Allocation) {
        self.blocks += 1;
    }

    fn shared(&mut self, meeting: &Meeting) {
        self.blocks += usize::from(meeting.counted);
    }
}

/// A plain walk, a walk that counts blocks, and a walk that visits and counts each value.
pub(crate) fn entrants<T: DeepSize>() -> [Entrant<T>; 3] {
    let blocks = |value: &T| {
        let mut counter = Blocks::default();
        observe(value, &mut counter);
        std::hint::black_box(counter.totals.blocks) + counter.totals.bytes
    };
    let values = |value: &T| {
        let mut counter = Values::default();
        observe(value, &mut counter);
        std::hint::black_box(counter.blocks);
        counter.values
    };
    [
        Entrant::new(Who::Ours, |value: &T| value.deep_size()),
        Entrant::new(Who::Ours, blocks),
        Entrant::new(Who::Ours, values),
    ]
}

/// The cost of observing a value.
pub(crate) struct Cost {
    /// Time relative to a plain walk: counting blocks, and visiting each value.
    pub(crate) ratios: [f64; 2],
    /// Nanoseconds for each visited value.
    pub(crate) per_value: f64,
}

impl Cost {
    pub(crate) fn of<T>(value: &T, entrants: &[Entrant<T>; 3], effort: Effort) -> Self {
        let times = sample::rounds(value, entrants, effort);
        let ratio = |index: usize| {
            sample::median(
                times[index].iter().zip(&times[0]).map(|(watched, plain)| watched / plain).collect(),
            )
        };
        let per_value = sample::median(times[2].clone()) / (entrants[2].measure)(value) as f64;
        Self { ratios: [ratio(1), ratio(2)], per_value }
    }
}
