//! Profiles a program that parses a large JSON file and builds an index of its words.
//!
//! ```text
//! cargo run --example where_allocated [-- [FILE.json] [--sampled]]
//! ```
//!
//! Without a file, it makes one of some MiB from the sources of this repository. With `--release`, it shows functions in place of
//! lines, unless `CARGO_PROFILE_RELEASE_DEBUG=1` is set.
//!
//! It answers four questions:
//!
//! 1. Which lines allocated the live blocks, once the file is parsed? (allocator)
//! 2. What has changed once the index is built and the parsed file is dropped? (allocator)
//! 3. How much does each phase allocate, and how much does it need at its peak? (scopes)
//! 4. How large is the index, and which of its fields hold the bytes? (walk) Allocator and walk agree.
//!
//! It writes profiles for `go tool pprof`, speedscope and DHAT's viewer. For the browser, it writes flame graphs of the live and of
//! the changed bytes, and a plot of the live bytes. They are in a folder beside the program, by default `target/debug/examples/where_allocated_profiles`.

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
    let folder = env::current_exe()?.with_file_name("where_allocated_profiles");
    fs::create_dir_all(&folder)?;
    let (file, recorder) = arguments(&folder)?;

    let mut timeline = Timeline::start(Duration::from_millis(1));
    let recording = recorder.start();

    let parsed = parse(&file)?;
    mark("parsed");
    let with_file = Snapshot::take();
    println!("== lines by live bytes, after parsing {}\n", file.display());
    println!("{}", with_file.statistics(By::Line).top(8));

    let region = Region::begin();
    let index = scope!("index", Index::of(&parsed));
    let kept = region.end();
    mark("indexed");
    drop(parsed);
    mark("dropped");
    let with_index = Snapshot::take();
    println!("\n== changes by line, after building the index and dropping the file\n");
    println!("{}", with_index.compare_to(&with_file, By::Line).top(8));
    println!("\n== changes by crate\n");
    println!("{}", with_index.compare_to(&with_file, By::Crate).top(4));
    recording.stop();
    timeline.stop();

    println!("\n== allocations by scope\n\n{}", Profile::take());

    println!("== report of the index of {} words\n", index.word_count());
    println!("{}", inspect(&index));
    println!(
        "heap size of the index: {} B by the allocator, {} B by the walk",
        kept.net_size(),
        index.heap_size()
    );
    assert_eq!(usize::try_from(kept.net_size()), Ok(index.heap_size()), "allocator and walk agree");

    write_profiles(&folder, &with_file, &timeline)?;
    with_index.export().compared_to(&with_file).write_html(File::create(folder.join("changes.html"))?)?;
    println!("profiles of the moment after parsing: {}", folder.display());
    Ok(())
}

/// The file to read, and the options of the recording.
fn arguments(folder: &Path) -> Result<(PathBuf, Recorder), Box<dyn Error>> {
    let (mut file, mut recorder) = (None, Recorder::all());
    for argument in env::args_os().skip(1) {
        match argument.to_str() {
            Some("--sampled") => recorder = Recorder::sampled_every(16 << 10),
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option {option}, expected a file or --sampled").into());
            }
            _ if file.is_some() => return Err("expected at most one file".into()),
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

/// Reads and parses the file. The text is dropped at the end.
#[profile_memory("parse")]
fn parse(file: &Path) -> Result<Value, String> {
    let text = scope!("read", fs::read_to_string(file));
    let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn write_profiles(folder: &Path, snapshot: &Snapshot, timeline: &Timeline) -> io::Result<()> {
    let create = |name| File::create(folder.join(name));
    snapshot.write_pprof(create("live.pb.gz")?)?;
    snapshot.write_folded(create("live.folded")?)?;
    snapshot.write_dhat(create("dhat.json")?)?;
    snapshot.write_html(create("live.html")?)?;
    timeline.write_csv(create("timeline.csv")?)?;
    timeline.write_html(create("timeline.html")?)
}
