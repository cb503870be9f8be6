use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use super::rows::{self, AllocationSite};
use super::{Blocks, LOST, NOT_INSTALLED, OwnerMap};
use crate::counters::untracked;
use crate::counts::Counts;
use crate::record::{Demand, Record};
use crate::sites::SiteKey;
use crate::units::{ByteCount, Bytes, Plural};
use crate::untracked::Untracked;
use crate::{Recorder, Recording, is_installed, records, sites, symbols};

/// Repeats a closure, and asserts that no call site holds more and more memory.
///
/// After 10 turns as a warm-up, the closure runs for 32 turns, which are divided into 8 stretches. A call site grows if its live bytes
/// rise in each stretch, or the number of its live blocks. So one leaked block in four turns is found, of any size. These do not grow:
///
/// - a buffer that is resized by a factor, such as a `Vec` or a hash table, because a stretch without a resize follows;
/// - a cache that is full after 38 turns;
/// - memory that is set up at the first use, such as a thread-local.
///
/// Only blocks that this thread allocates, or resizes, count, so tests may run in parallel. Blocks of threads that the closure spawns do not
/// count. The value of each turn is dropped.
///
/// Options follow the closure, in any order:
///
/// | option | meaning |
/// | --- | --- |
/// | `<= 64` | growth of at most 64 bytes a turn is allowed |
/// | `turns = 100` | the number of turns, a `usize`; with fewer than 8, growth in each turn counts |
/// | `warm_up = 50` | the number of turns before them, a `usize` |
/// | `state` | a place, such as a variable, whose fields are named in the message if its type implements `DeepSize` (feature `audit`) |
/// | `"seed {seed}"` | a message that replaces the closure in the text; the last option |
///
/// The closure may change the place. It must then be written as `|| expression` inside the macro.
///
/// # Panics
///
/// Panics if call sites grow, with the bytes and blocks that each has gained over all turns. If other blocks of the site change their
/// size, the bytes are at least the leak's.
///
/// It also panics if the program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator), or if memory is too short to record
/// all blocks.
///
/// # Examples
///
/// ```
/// use deep_size_track::{TrackingAllocator, assert_no_growth};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let mut lines = Vec::new();
/// assert_no_growth!(|| "a request".to_owned().into_bytes());
/// // The vector doubles.
/// assert_no_growth!(|| lines.push(1_u64));
///
/// let mut sessions = Vec::new();
/// assert_no_growth!(|| sessions.push(Box::new([0_u8; 16])), <= 16, turns = 64, sessions);
/// ```
///
/// Without `<= 16`, the message of the last line is:
///
/// ```text
/// the memory of `|| sessions.push(Box::new([0_u8; 16]))` grows by 16 B a turn: 1.0 KiB (1,024 B) in 64 turns
///   1.0 KiB (1,024 B) in 64 blocks, at `[*]` (Box<[u8; 16]>), allocated at src/main.rs:12 (app::main)
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "sites")))]
#[macro_export]
macro_rules! assert_no_growth {
    (|| $turn:expr $(, $($options:tt)*)?) => {
        $crate::__no_growth!((|| $turn) ["`{}`", ::core::stringify!(|| $turn)] [] [] $($($options)*)?)
    };
    ($turn:expr $(, $($options:tt)*)?) => {{
        let mut turn = $turn;
        $crate::__no_growth!((&mut turn) ["`{}`", ::core::stringify!($turn)] [] [] $($($options)*)?)
    }};
}

/// Parses the options one by one, then runs the turns.
#[doc(hidden)]
#[macro_export]
macro_rules! __no_growth {
    (@owners $blocks:ident []) => {{
        let _: &$crate::__private::Blocks = $blocks;
        $crate::__private::OwnerMap::new()
    }};
    (@owners $blocks:ident [$place:expr]) => {{
        use $crate::__private::owners::*;
        OwnersOf(&$place).owners($blocks)
    }};
    ($turn:tt [$($name:tt)+] [$($option:ident = $value:expr,)*] [$($place:expr)?] $(,)?) => {{
        let mut growth = $crate::__private::Growth::new();
        $(growth.$option = $value;)*
        while growth.needs_turn() {
            growth.turn($turn);
        }
        growth.check(
            |blocks| $crate::__no_growth!(@owners blocks [$($place)?]),
            ::core::format_args!($($name)+),
        );
    }};
    ($turn:tt $name:tt $options:tt $place:tt $message:literal $($arguments:tt)*) => {
        $crate::__no_growth!($turn [$message $($arguments)*] $options $place)
    };
    ($turn:tt $name:tt [$($options:tt)*] $place:tt <= $limit:expr $(, $($rest:tt)*)?) => {
        $crate::__no_growth!($turn $name [$($options)* limit = $limit,] $place $($($rest)*)?)
    };
    ($turn:tt $name:tt [$($options:tt)*] $place:tt turns = $turns:expr $(, $($rest:tt)*)?) => {
        $crate::__no_growth!($turn $name [$($options)* turns = $turns,] $place $($($rest)*)?)
    };
    ($turn:tt $name:tt [$($options:tt)*] $place:tt warm_up = $turns:expr $(, $($rest:tt)*)?) => {
        $crate::__no_growth!($turn $name [$($options)* warm_up = $turns,] $place $($($rest)*)?)
    };
    ($turn:tt $name:tt $options:tt [] $place:expr $(, $($rest:tt)*)?) => {
        $crate::__no_growth!($turn $name $options [$place] $($($rest)*)?)
    };
}

/// The number of stretches in which a call site must grow.
///
/// From turn 10 to turn 42, a buffer of linear length is resized at most 7 times, if its growth factor is at least 1.25.
const STRETCHES: usize = 8;

/// The live bytes and blocks of each site.
type Sites = HashMap<SiteKey, Live>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Live {
    bytes: i64,
    blocks: i64,
}

impl Live {
    fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, blocks: self.blocks + other.blocks }
    }

    /// Whether there are more bytes or more blocks.
    fn exceeds(self, other: Self) -> bool {
        self.bytes > other.bytes || self.blocks > other.blocks
    }
}

/// The growth of a call site after the warm-up.
#[derive(Debug, Default)]
struct SiteGrowth {
    net: Live,
    sites: HashSet<SiteKey>,
}

/// The turns of an assertion, and the live blocks between them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Growth {
    /// The number of turns after the warm-up.
    pub turns: usize,
    /// The number of turns before.
    pub warm_up: usize,
    /// The allowed bytes a turn.
    pub limit: usize,
    done: usize,
    demand: Demand,
    /// The first serial after the warm-up.
    since: u64,
    recording: Recording,
    /// After the warm-up, and after each stretch.
    samples: Untracked<RefCell<Vec<Sites>>>,
}

#[doc(hidden)]
impl Growth {
    #[expect(clippy::new_without_default, reason = "a constructor that panics and records is no default")]
    #[track_caller]
    pub fn new() -> Self {
        assert!(is_installed(), "nothing can be asserted: {NOT_INSTALLED}");
        let recording = Recorder::all().start();
        Self {
            turns: 32,
            warm_up: 10,
            limit: 0,
            done: 0,
            demand: Demand::here(),
            since: 0,
            recording,
            samples: Untracked::new(|| RefCell::new(Vec::new())),
        }
    }

    /// Takes a sample at the end of a stretch.
    pub fn needs_turn(&mut self) -> bool {
        if let Some(measured) = self.done.checked_sub(self.warm_up) {
            let stretches = STRETCHES.min(self.turns).max(1);
            let next = self.samples.borrow().len();
            if next == 0 {
                self.since = records::serial();
            }
            if measured == next * self.turns / stretches {
                self.sample();
            }
        }
        self.done < self.warm_up.saturating_add(self.turns)
    }

    pub fn turn<R>(&mut self, code: impl FnOnce() -> R) {
        self.done += 1;
        drop(code());
    }

    fn sample(&self) {
        untracked(|| {
            let mut sites = Sites::new();
            for record in records::live_records(|record| self.demand.includes(record)) {
                let live = sites.entry(record.site).or_default();
                live.bytes += record.size as i64;
                live.blocks += 1;
            }
            self.samples.borrow_mut().push(sites);
        });
    }

    /// Panics if a call site grows.
    #[track_caller]
    pub fn check(self, owners: impl FnOnce(&Blocks) -> OwnerMap, name: fmt::Arguments<'_>) {
        let blocks = Untracked::new(|| records::live_records(|record| self.demand.includes(record)));
        assert!(
            self.recording.is_running() && self.recording.lost_count() == 0,
            "the growth of {name} cannot be checked: {LOST}"
        );
        let grown = Untracked::new(|| grown(&self.samples.borrow(), self.since, &blocks));
        let total = grown.values().map(|growth| growth.net.bytes.unsigned_abs()).sum::<u64>();
        let turns = self.turns as u64;
        if total <= (self.limit as u64).saturating_mul(turns) {
            return;
        }
        let blocks = Blocks(blocks);
        let rows = Untracked::new(|| rows(&grown, self.since, &blocks.0, &owners(&blocks)));
        let rate = Untracked::new(|| match total % turns {
            0 => ByteCount(total / turns).to_string(),
            _ => format!("about {}", Bytes(total / turns)),
        });
        let allowed = Untracked::new(|| match self.limit {
            0 => String::new(),
            limit => format!(", but only {} are allowed", ByteCount(limit as u64)),
        });
        let turns = Plural(turns, "turn");
        panic!(
            "the memory of {name} grows by {} a turn{}: {} in {turns}{}",
            *rate,
            *allowed,
            ByteCount(total),
            *rows
        );
    }
}

/// The call sites that grow in each stretch. Call it untracked.
fn grown(samples: &[Sites], since: u64, blocks: &[Record]) -> BTreeMap<String, SiteGrowth> {
    let live = |sample: &Sites, site: &SiteKey| sample.get(site).copied().unwrap_or_default();
    let has_growth = |pair: &[Sites]| pair[1].iter().any(|(site, after)| after.exceeds(live(&pair[0], site)));
    let mut grown = BTreeMap::<String, SiteGrowth>::new();
    if samples.len() < 2 || !samples.windows(2).all(has_growth) {
        // Without growth in one stretch, no names are looked up.
        return grown;
    }
    let sites: HashSet<SiteKey> = samples.iter().flat_map(|sample| sample.keys().copied()).collect();
    let traces: Vec<_> = sites.into_iter().map(|site| (site, sites::frames(site))).collect();
    symbols::look_up(traces.iter().map(|(_, frames)| frames.as_slice()));
    let mut names = BTreeMap::<String, Vec<SiteKey>>::new();
    for (site, frames) in &traces {
        let name = format!("allocated {}", AllocationSite { frames, address: 0 });
        names.entry(name).or_default().push(*site);
    }
    for (name, sites) in names {
        let series = |sites: &[SiteKey]| -> Vec<Live> {
            let sum = |sample| sites.iter().map(|site| live(sample, site)).fold(Live::default(), Live::plus);
            samples.iter().map(sum).collect()
        };
        // A trace alone may grow while others of the line fluctuate. The others may grow only together.
        let (mut growing, rest): (Vec<SiteKey>, Vec<SiteKey>) =
            sites.into_iter().partition(|site| rises(&series(&[*site])));
        if rises(&series(&rest)) {
            growing.extend(rest);
        }
        let series = series(&growing);
        let (first, last) = (series[0], series[series.len() - 1]);
        let gained = Live { bytes: last.bytes - first.bytes, blocks: last.blocks - first.blocks };
        let sites: HashSet<SiteKey> = growing.into_iter().collect();
        // Blocks of a changing size may hide the bytes of a leak. It has at least the bytes of the smallest new blocks.
        let mut sizes: Vec<_> = new_blocks(blocks, since, &sites).map(|block| block.size as i64).collect();
        sizes.sort_unstable();
        let least = sizes.iter().take(gained.blocks.max(0) as usize).sum();
        let net = Live { bytes: gained.bytes.max(least), ..gained };
        if net.bytes > 0 {
            grown.insert(name, SiteGrowth { net, sites });
        }
    }
    grown
}

/// The live blocks that were allocated at these sites after the warm-up.
fn new_blocks<'b>(
    blocks: &'b [Record],
    since: u64,
    sites: &HashSet<SiteKey>,
) -> impl Iterator<Item = &'b Record> {
    blocks.iter().filter(move |block| block.serial >= since && sites.contains(&block.site))
}

/// Whether the bytes rise from each sample to the next, or the blocks.
fn rises(series: &[Live]) -> bool {
    let all = |of: fn(&Live) -> i64| series.windows(2).all(|pair| of(&pair[1]) > of(&pair[0]));
    all(|live| live.bytes) || all(|live| live.blocks)
}

/// A line for each call site, and for each field if the new blocks are the growth. Call it untracked.
fn rows(grown: &BTreeMap<String, SiteGrowth>, since: u64, blocks: &[Record], owners: &OwnerMap) -> String {
    let counts = |live: Live| Counts {
        allocated: live.bytes.unsigned_abs(),
        blocks_allocated: live.blocks.unsigned_abs(),
        ..Counts::default()
    };
    let mut rows = Vec::new();
    for (name, SiteGrowth { net, sites }) in grown {
        let new = || new_blocks(blocks, since, sites);
        let one = |block: &Record| Live { bytes: block.size as i64, blocks: 1 };
        if new().map(one).fold(Live::default(), Live::plus) != *net {
            rows.push((name.clone(), counts(*net)));
            continue;
        }
        rows.extend(new().map(|block| match owners.get(&block.address) {
            Some((_, label)) => (format!("{label}, {name}"), counts(one(block))),
            None => (name.clone(), counts(one(block))),
        }));
    }
    rows::lines(rows.into_iter())
}
