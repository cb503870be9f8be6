//! The table, and `docs/tracking-overhead.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::machine;
use crate::race::{Race, Variant, cpu, wall};

const HEAD: &str = "\
| program | allocator | time of a turn | × bare | × bare, CPU | × dhat | × dhat, CPU | goal |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
";

/// A row for each program and variant.
pub(crate) fn table(races: &[Race]) -> String {
    let mut text = String::from(HEAD);
    for race in races {
        for variant in Variant::ALL {
            if race.time(variant, wall).is_nan() {
                continue;
            }
            let ratio = |to, time| format!("{:.2}", race.ratio(variant, to, time));
            let _ = writeln!(
                text,
                "| {} | {} | {:.2} ms | {} | {} | {} | {} | {} |",
                race.program.title(),
                variant.title(),
                race.time(variant, wall) / 1e6,
                ratio(Variant::Bare, wall),
                ratio(Variant::Bare, cpu),
                ratio(Variant::Dhat, wall),
                ratio(Variant::Dhat, cpu),
                goal(race, variant)
            );
        }
    }
    text
}

fn goal(race: &Race, variant: Variant) -> String {
    let (Some((other, most)), Some(is_met)) = (variant.goal(), race.is_met(variant)) else {
        return String::new();
    };
    let verdict = if is_met { "reached" } else { "missed" };
    format!("≤ {most:.2} × {}: {verdict}", other.title())
}

pub(crate) fn write(races: &[Race], rounds: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tracking-overhead.md");
    fs::write(path, page(races, rounds)).expect("the repository can be written to");
    println!("wrote docs/tracking-overhead.md");
}

fn page(races: &[Race], rounds: usize) -> String {
    let mut text = String::from(
        "# The overhead of tracking\n\n\
         <!-- Written by `cargo run --release -p deep-size-track-bench -- --write` in `bench`. -->\n\n",
    );
    let _ = writeln!(text, "Measured on: {}.\n", machine::describe());
    let versions = ["deep-size-track", "dhat", "rayon", "regex", "serde_json", "tokio"]
        .map(|package| format!("`{package}` {}", machine::version(package)));
    let _ = writeln!(text, "Versions: {}.\n", versions.join(", "));
    text.push_str(&table(races));
    let _ = write!(
        text,
        "\n\
         - *Small blocks*: two threads allocate and fill blocks of 16 to 256 bytes. For each new block, they free one of their\n  \
           last 1024. One block in 16 lives longer.\n\
         - *Parsing JSON*: a text of 4 MB is parsed into a `serde_json::Value`, which is dropped.\n\
         - *JSON and regular expressions*: the same text is parsed, and three patterns are searched in each of its strings.\n\
         - *Word counts*: `rayon` splits the text at commas, and counts the words in one map for each part of the work.\n\
         - *Server*: 4 clients send 2,000 lines of JSON over TCP to a server with two threads. It keeps the last 500 requests.\n\
         - *Small blocks* measures allocations alone. With other work, the relative overhead is lower.\n\
         - *Counting* is a `TrackingAllocator` without a recording. *Sampled* is `Recorder::sampled()`, one byte in 512 KiB.\n  \
           *All* is `Recorder::all()`, with up to 32 frames of each trace, and once with 10, as many as `dhat` keeps.\n\
         - Ratios are medians over {rounds} rounds. In each round, every variant runs once, in a separate process.\n\
         - *CPU* is the time of all processors, in the program and in the kernel. Waiting for a lock takes only wall-clock\n  \
           time. The CPU time decides whether a goal is met.\n\
         - With musl on x86-64, the first three programs ran once. *Counting* took 1.00 to 1.01 times the CPU time of the bare\n  \
           allocator, and *sampled* 1.02 to 1.13 times. *All* took 0.01 to 0.12 times the CPU time of `dhat`.\n"
    );
    text
}
