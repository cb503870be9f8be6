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
    let verdict = if is_met { "met" } else { "missed" };
    format!("≤ {most:.2} × {}: {verdict}", other.title())
}

pub(crate) fn write(races: &[Race], rounds: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tracking-overhead.md");
    fs::write(path, page(races, rounds)).expect("the repository can be written to");
    println!("wrote docs/tracking-overhead.md");
}

fn page(races: &[Race], rounds: usize) -> String {
    let mut text = String::from(
        "# What tracking costs\n\n\
         <!-- Written by `cargo run --release -p deep-size-track-bench -- --write` in `bench`. -->\n\n",
    );
    let _ = writeln!(text, "Measured on: {}.\n", machine::describe());
    let versions = ["deep-size-track", "dhat", "serde_json"]
        .map(|package| format!("`{package}` {}", machine::version(package)));
    let _ = writeln!(text, "Versions: {}.\n", versions.join(", "));
    text.push_str(&table(races));
    let _ = write!(
        text,
        "\n\
         - *Small blocks*: each of two threads allocates blocks of 16 to 256 bytes, fills them, and frees one of the last\n  \
           thousand for each; one of 16 it keeps for long. *Parsing JSON*: a text of 4 MB becomes a `serde_json::Value`,\n  \
           which is dropped. Neither does anything else, so that programs with more to do pay less.\n\
         - *Counting* is a `TrackingAllocator` with nothing recorded; *sampled* is `Recorder::sampled()`, one byte in\n  \
           512 KiB; *all* is `Recorder::all()`, with up to 32 frames of each trace, and once with the 10 that `dhat` keeps.\n\
         - Ratios are medians over {rounds} rounds, in each of which every variant runs once in a process of its own. *CPU* is the\n  \
           time of all processors together, in the program and the kernel; a lock that one thread waits for costs time\n  \
           that passes, which is the other column. A goal is met if both are.\n"
    );
    text
}
