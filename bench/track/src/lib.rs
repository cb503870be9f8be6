//! The measured programs. The binaries beside this library run and time them, one process for each run.

mod server;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::thread;
use std::time::Instant;

use rayon::prelude::*;
use regex::Regex;
use serde_json::Value;

pub use server::serve;

/// A measured program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Blocks of 16 to 256 bytes on two threads. One in 16 lives long, the others briefly.
    Small,
    /// Parses a text of 4 MB into a `serde_json::Value`, and drops it.
    Json,
    /// Parses the same text, and searches all its strings with regular expressions.
    Search,
    /// Counts the words of the same text on all cores with `rayon`.
    Parallel,
    /// Answers 2,000 requests in JSON over TCP with `tokio`.
    Server,
}

impl Program {
    /// All programs.
    pub const ALL: [Self; 5] = [Self::Small, Self::Json, Self::Search, Self::Parallel, Self::Server];

    /// The name as a command-line argument.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Json => "json",
            Self::Search => "search",
            Self::Parallel => "parallel",
            Self::Server => "server",
        }
    }

    /// The name in the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Small => "small blocks on 2 threads",
            Self::Json => "parsing JSON",
            Self::Search => "JSON and regular expressions",
            Self::Parallel => "word counts with `rayon`",
            Self::Server => "`tokio` server",
        }
    }

    /// The number of turns in one run, so that a run takes some tenths of a second.
    pub fn turns(self, is_slow: bool) -> u32 {
        match (self, is_slow) {
            (Self::Small, false) => 48,
            (Self::Small, true) => 2,
            (Self::Json, false) => 8,
            (Self::Json | Self::Search | Self::Parallel, true) => 1,
            (Self::Search | Self::Parallel, false) => 6,
            (Self::Server, false) => 6,
            (Self::Server, true) => 2,
        }
    }
}

/// The time of one turn.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Wall-clock time in nanoseconds.
    pub wall: f64,
    /// CPU time of all threads in nanoseconds, in the program and in the kernel.
    pub cpu: f64,
}

/// Runs the program that the arguments name, and prints its times for [`parse`]. `begin` starts the recording, whose result is kept
/// until the end.
///
/// # Panics
///
/// Panics on unexpected arguments, or if the program computes a wrong result.
pub fn run<G>(begin: impl FnOnce(&str) -> G) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, turns, variant] = arguments.as_slice() else {
        panic!("expected a program, turns and a variant")
    };
    let program = Program::ALL
        .into_iter()
        .find(|known| known.name() == program)
        .expect("the program is one of this bench");
    let turns: u32 = turns.parse().expect("the turns are a number");
    let text = json();
    let guard = begin(variant);
    let (start, cpu_start) = (Instant::now(), cpu());
    match program {
        Program::Small => small(turns),
        Program::Json => (0..turns).for_each(|_| parse_json(&text)),
        Program::Search => (0..turns).for_each(|_| search(&text)),
        Program::Parallel => (0..turns).for_each(|_| count_words(&text)),
        Program::Server => (0..turns).for_each(|_| serve(2_000)),
    }
    let (wall, cpu) = (start.elapsed().as_nanos() as f64, cpu() - cpu_start);
    println!("{} {}", wall / f64::from(turns), cpu / f64::from(turns));
    drop(guard);
}

/// Finds the line that [`run`] prints, in the output of a profiler too.
pub fn parse(output: &str) -> Option<Times> {
    output.lines().find_map(|line| {
        let (wall, cpu) = line.trim().split_once(' ')?;
        Some(Times { wall: wall.parse().ok()?, cpu: cpu.parse().ok()? })
    })
}

/// The CPU time of this process in nanoseconds.
fn cpu() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer points to a local variable.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(result, 0, "the system has a CPU clock for processes");
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// The xorshift generator of Marsaglia (2003).
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state >> 11
}

/// The number of blocks that each thread allocates in a turn.
const BLOCKS: u64 = 100_000;

fn small(turns: u32) {
    thread::scope(|scope| {
        for seed in 1..=2 {
            scope.spawn(move || small_blocks(u64::from(turns) * BLOCKS, seed));
        }
    });
}

fn small_blocks(blocks: u64, seed: u64) {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ seed;
    let mut held: Vec<Vec<u8>> = vec![Vec::new(); 1024];
    let mut kept = Vec::new();
    let (mut made, mut seen) = (0, 0);
    for number in 0..blocks {
        let random = random(&mut state);
        let size = 16 + (random % 241) as usize;
        let block = black_box(vec![number as u8; size]);
        made += size;
        if number.is_multiple_of(16) {
            // Bounds the live memory, so that it does not depend on the number of turns.
            if kept.len() == 1 << 14 {
                seen += kept.drain(..).map(|block: Vec<u8>| block.len()).sum::<usize>();
            }
            kept.push(block);
        } else {
            seen += std::mem::replace(&mut held[(random >> 20) as usize % 1024], block).len();
        }
    }
    seen += held.iter().chain(&kept).map(Vec::len).sum::<usize>();
    assert_eq!(seen, made, "each block is counted once");
}

const USERS: usize = 20_000;

/// A typical document of a web service: nested objects, lists, strings and numbers.
fn json() -> String {
    let mut state = 7;
    let mut text = String::from("[");
    for id in 0..USERS {
        let random = random(&mut state);
        let comma = if id == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"id":{id},"name":"user {random:x}","score":{}.5,"active":{},"tags":["red","green","{}"],"#,
            random % 1000,
            random.is_multiple_of(2),
            random % 100
        );
        let _ = write!(
            text,
            r#""address":{{"street":"{} Main Street","city":"city {}","point":[{},{}]}},"note":null}}"#,
            random % 300,
            random % 500,
            random % 180,
            random % 90
        );
    }
    text.push(']');
    text
}

fn parse_json(text: &str) {
    let value: Value = black_box(serde_json::from_str(black_box(text)).expect("the text is valid"));
    let users = value.as_array().expect("the document is a list");
    let ids = users.iter().filter_map(|user| user["id"].as_u64()).sum::<u64>();
    assert_eq!((users.len(), ids), (USERS, (USERS * (USERS - 1) / 2) as u64), "all users are parsed");
}

fn search(text: &str) {
    let patterns = [r"^user [0-9a-f]*7$", r"(\d+) Main (Street|Road)", r"^city \d*(13|31)$"];
    let patterns = patterns.map(|pattern| Regex::new(pattern).expect("the pattern is valid"));
    let value: Value = serde_json::from_str(text).expect("the text is valid");
    let mut found: Vec<String> = Vec::new();
    let mut rest = vec![&value];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => {
                let matches = patterns.iter().filter_map(|pattern| pattern.captures(text));
                found.extend(matches.map(|captures| captures[0].to_owned()));
            }
            Value::Array(elements) => rest.extend(elements),
            Value::Object(fields) => rest.extend(fields.values()),
            _ => {}
        }
    }
    assert!(found.len() >= USERS, "each user has a street");
}

fn count_words(text: &str) {
    let counts = text
        .par_split(',')
        .fold(HashMap::new, |mut counts: HashMap<String, usize>, word| {
            *counts.entry(word.to_lowercase()).or_default() += 1;
            counts
        })
        .reduce(HashMap::new, |mut left, right| {
            right.into_iter().for_each(|(word, count)| *left.entry(word).or_default() += count);
            left
        });
    assert_eq!(counts.values().sum::<usize>(), text.split(',').count(), "each word counts");
}
