//! Values with padding, unused bytes and estimated counts.

use std::num::NonZeroU64;

use deep_size::{DeepSize, Report, inspect};

/// The number of sampled values, above the 10,000 that a report visits at each path.
pub(crate) const SAMPLED: usize = 50_000;

pub(crate) fn layouts() -> Vec<(&'static str, Report)> {
    vec![("layouts", inspect(&Layouts::new())), ("sampled", inspect(&jobs(SAMPLED)))]
}

/// A pattern that a regular sample would miss.
pub(crate) fn jobs(count: usize) -> Vec<Job> {
    let job = |at: usize| match at % 10 {
        0 => Job::Idle,
        1..=8 => Job::Small(at as u8, at as u16),
        _ => Job::Seen { at: Some(at as u64), nonzero: NonZeroU64::new(at as u64) },
    };
    (0..count).map(job).collect()
}

#[derive(DeepSize)]
pub(crate) enum Job {
    Idle,
    Small(u8, u16),
    Seen { at: Option<u64>, nonzero: Option<NonZeroU64> },
    Big([u8; 100]),
}

/// A type of each kind.
#[derive(DeepSize)]
struct Layouts {
    event: Event,
    pairs: Vec<(u8, u32)>,
    both: Both,
    niche: Vec<Option<Box<str>>>,
    holders: Vec<Holder>,
    tagged: [Tagged; 3],
    nothing: (),
    only: Only,
    jobs: Vec<Job>,
}

impl Layouts {
    fn new() -> Self {
        Self {
            event: Event { kind: 1, time: 2, more: 3 },
            pairs: vec![(1, 2); 10],
            both: Both { wide: [1; 5] },
            niche: vec![None, Some("text".into()), None],
            holders: vec![Holder::Name("text".into()), Holder::Number(1), Holder::Pair(2, 3), Holder::Empty],
            tagged: [Tagged::One, Tagged::Two(2), Tagged::Three(1, 2)],
            nothing: (),
            only: Only::One(1, 2),
            jobs: jobs(1000),
        }
    }
}

#[derive(DeepSize)]
#[repr(C)]
struct Event {
    kind: u8,
    time: u64,
    more: u16,
}

#[derive(Clone, Copy, DeepSize)]
#[repr(C)]
union Both {
    wide: [u8; 5],
    number: u32,
}

#[derive(DeepSize)]
enum Holder {
    Name(String),
    Number(u32),
    Pair(u8, u64),
    Empty,
}

#[derive(DeepSize)]
#[repr(u8)]
enum Tagged {
    One,
    Two(u32),
    Three(u8, u16),
}

#[derive(DeepSize)]
enum Only {
    One(u8, u32),
}
