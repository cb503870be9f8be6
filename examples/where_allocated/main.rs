//! Where a program allocates, and what is left of it at another moment: it parses a large JSON file and builds an index of its words.
//!
//! ```text
//! cargo run --example where_allocated [-- [FILE.json] [--sampled]]
//! ```
//!
//! Without a file it makes one of this repository's sources, of some MiB. With `--release` there are no lines but functions, unless
//! `CARGO_PROFILE_RELEASE_DEBUG=1` asks for them. Four questions are asked, each of whom knows:
//!
//! 1. the allocator, once the file is parsed: which lines have allocated what is live;
//! 2. the allocator, once the index is built and the parsed file dropped: what has changed between the two moments;
//! 3. the scopes: how much each phase has allocated, and how much it needed at its peak;
//! 4. the walk: how large the index itself is, and which of its fields hold the bytes. Allocator and walk come to the same number.
//!
//! The profiles are left in `target/where_allocated`: for `go tool pprof`, speedscope and DHAT's viewer, and a plot of the live bytes.

mod index;
mod input;

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, io, process};

use deep_size::{DeepSize, inspect};
use deep_size_track::{
    By, Profile, Recorder, Region, Snapshot, Timeline, TrackingAllocator, mark, profile_memory, scope,
};
use serde_json::Value;

use crate::index::Index;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn main() {
    if let Err(error) = run() {
        eprintln!("error: {error}");
        process::exit(2);
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/where_allocated");
    fs::create_dir_all(&folder)?;
    let (file, recorder) = arguments(&folder)?;

    let mut timeline = Timeline::start(Duration::from_millis(1));
    let recording = recorder.start();

    let parsed = parse(&file)?;
    mark("parsed");
    let with_file = Snapshot::take();
    println!("== when {} is parsed: the lines that have allocated the most\n", file.display());
    println!("{}", with_file.statistics(By::Line).top(8));

    let region = Region::begin();
    let index = scope!("index", Index::of(&parsed));
    let kept = region.end();
    mark("indexed");
    drop(parsed);
    mark("dropped");
    let with_index = Snapshot::take();
    println!("\n== when the index is built and the file dropped: what has changed\n");
    println!("{}", with_index.compare_to(&with_file, By::Line).top(8));
    println!("\n== by crate\n");
    println!("{}", with_index.compare_to(&with_file, By::Crate).top(4));
    recording.stop();
    timeline.stop();

    println!("\n== by scope\n\n{}", Profile::take());

    println!("== the index of {} words, as the walk sees it\n", index.words());
    println!("{}", inspect(&index));
    println!("the allocator says that it keeps {} B, the walk {} B", kept.net(), index.heap_size());
    assert_eq!(usize::try_from(kept.net()), Ok(index.heap_size()), "both are right");

    write_profiles(&folder, &with_file, &timeline)?;
    println!("the moment when the file was parsed, for other viewers: {}", folder.display());
    Ok(())
}

/// The file to read, and how much of what is allocated is to be recorded.
fn arguments(folder: &Path) -> Result<(PathBuf, Recorder), Box<dyn Error>> {
    let (mut file, mut recorder) = (None, Recorder::all());
    for argument in env::args_os().skip(1) {
        match argument.to_str() {
            Some("--sampled") => recorder = Recorder::sampled_by(16 << 10),
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option {option}, expected a file or --sampled").into());
            }
            _ if file.is_some() => return Err("one file is enough".into()),
            _ => file = Some(PathBuf::from(argument)),
        }
    }
    let file = match file {
        Some(file) => file,
        None => {
            let file = folder.join("sources.json");
            input::write_sources(&file)?;
            file
        }
    };
    Ok((file, recorder))
}

/// Reads the file and parses it; the text is dropped when it returns.
#[profile_memory("parse")]
fn parse(file: &Path) -> Result<Value, String> {
    let text = scope!("read", fs::read_to_string(file));
    let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn write_profiles(folder: &Path, snapshot: &Snapshot, timeline: &Timeline) -> io::Result<()> {
    let create = |name| File::create(folder.join(name));
    snapshot.write_pprof(&mut create("live.pb.gz")?)?;
    snapshot.write_folded(&mut create("live.folded")?)?;
    snapshot.write_dhat(&mut create("dhat.json")?)?;
    timeline.write_csv(&mut create("timeline.csv")?)?;
    timeline.write_svg(&mut create("timeline.svg")?)
}
