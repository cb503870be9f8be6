use std::cell::RefCell;
use std::fmt;

use super::grown::{self, Sites};
use super::{Blocks, LOST, NOT_INSTALLED, OwnerMap};
use crate::counters::untracked;
use crate::record::Demand;
use crate::units::{ByteCount, Bytes, Plural};
use crate::untracked::Untracked;
use crate::{Recorder, Recording, is_installed, records};

/// Repeats a closure, and asserts that no call site holds more and more memory.
///
/// After 10 warm-up turns, the closure runs for 32 turns, divided into 8 stretches. A call site grows if its live bytes, or the number
/// of its live blocks, rise in every stretch. So a leak of one block every four turns is found. These do not grow:
///
/// - a buffer that is resized by a factor, such as a `Vec` or a hash table, because a stretch without a resize follows;
/// - a cache that is full after 38 turns;
/// - memory that is set up at the first use, such as a thread-local.
///
/// Only blocks that the calling thread allocates or resizes count, so tests may run in parallel. Blocks of threads that the closure
/// spawns do not count. The result of each turn is dropped.
///
/// Options follow the closure, in any order:
///
/// | option | meaning |
/// | --- | --- |
/// | `<= 64` | growth of at most 64 bytes a turn is allowed |
/// | `turns = 100` | the number of turns, a `usize`; with fewer than 8, growth in each turn counts |
/// | `warm_up = 50` | the number of turns before them, a `usize` |
/// | `state` | a place, such as a variable. If its type implements `DeepSize`, the message names its fields (feature `audit`) |
/// | `"seed {seed}"` | a message that replaces the closure in the text; the last option |
///
/// The closure may change the place. It must then be written as `|| expression` inside the macro.
///
/// # Panics
///
/// Panics if call sites grow. The message has the bytes and blocks that each site has gained over all turns. If other blocks of the
/// site change their size, the bytes are at least the leak's.
///
/// It also panics if `turns` is 0, or if the program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator). The same holds
/// if there is too little memory to record all blocks.
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
/// It exceeds the number of times that a growing buffer is resized. From turn 10 to turn 42, a buffer whose length is linear in the
/// turns is resized at most 7 times, if its growth factor is at least 1.25.
const STRETCHES: usize = 8;

/// The turns of an assertion, and the live blocks between them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Growth {
    /// The number of turns after the warm-up.
    pub turns: usize,
    /// The number of turns before the first sample.
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

    /// Whether the closure must run again. Takes a sample at the end of each stretch.
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
            let sites = grown::sample(self.demand);
            self.samples.borrow_mut().push(sites);
        });
    }

    /// Panics if a call site grows.
    #[track_caller]
    pub fn check(self, owners: impl FnOnce(&Blocks) -> OwnerMap, name: fmt::Arguments<'_>) {
        assert!(self.turns > 0, "the growth of {name} cannot be checked: `turns` is 0");
        let blocks = Untracked::new(|| records::live_records(|record| self.demand.includes(record)));
        assert!(
            self.recording.is_running() && self.recording.lost_count() == 0,
            "the growth of {name} cannot be checked: {LOST}"
        );
        let grown = Untracked::new(|| grown::grown(&self.samples.borrow(), self.since, &blocks));
        let total = grown.values().map(|growth| growth.net.bytes.unsigned_abs()).sum::<u64>();
        let turns = self.turns as u64;
        if total <= (self.limit as u64).saturating_mul(turns) {
            return;
        }
        let blocks = Blocks(blocks);
        let rows = Untracked::new(|| grown::rows(&grown, self.since, &blocks.0, &owners(&blocks)));
        let rate = Untracked::new(|| match total % turns {
            0 => ByteCount(total / turns).to_string(),
            _ => format!("about {}", Bytes(total / turns)),
        });
        let allowed = Untracked::new(|| match self.limit {
            0 => String::new(),
            limit => format!(", but only {} are allowed", ByteCount(limit)),
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
