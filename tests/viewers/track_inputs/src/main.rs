//! Allocates known amounts and writes the recordings in every format, as inputs for `tests/viewers`.
//!
//! ```text
//! cargo run --manifest-path tests/viewers/track_inputs/Cargo.toml -- DIR
//! ```
//!
//! Each snapshot has a `DIR/<name>.<format>`, with `.<metric>.folded` for each figure, and `DIR/<name>.total` with the expected
//! figures as JSON. `first` and `second` are one program at two moments. `first_full` shows hidden functions. The page of `changes`
//! compares the two. `timeline` has scopes of two threads.

mod total;
mod work;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use deep_size_track::{Export, Metric, Recorder, Scope, Snapshot, Timeline, TrackingAllocator, mark, scope};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// The figures, by the names they have in pprof.
pub(crate) const METRICS: [(&str, Metric); 6] = [
    ("alloc_objects", Metric::TotalBlocks),
    ("alloc_space", Metric::TotalSize),
    ("inuse_objects", Metric::LiveBlocks),
    ("inuse_space", Metric::LiveSize),
    ("peak_objects", Metric::PeakBlocks),
    ("peak_space", Metric::PeakSize),
];

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: track-inputs DIR");
        return ExitCode::from(2);
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// Records only the work.
fn recorded(recorder: Recorder) -> [Snapshot; 2] {
    let _recording = recorder.start();
    let mut kept = work::first();
    let first = Snapshot::take();
    work::second(&mut kept);
    [first, Snapshot::take()]
}

fn write_all(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_timeline(folder)?;
    let [first, second] = recorded(Recorder::all().max_depth(64));
    write(folder, "first", first.export(), total::of(&first, Some(&work::KNOWN[0])))?;
    write(folder, "first_full", first.export().with_hidden_frames(), total::of(&first, None))?;
    write(folder, "second", second.export(), total::of(&second, Some(&work::KNOWN[1])))?;
    second.export().compared_to(&first).write_html(File::create(folder.join("changes.html"))?)?;
    for (name, recorder) in [
        ("shallow", Recorder::all().max_depth(1)),
        ("deep", Recorder::all().max_depth(128)),
        ("sampled", Recorder::sampled_every(1000)),
    ] {
        let [snapshot, _] = recorded(recorder);
        write(folder, name, snapshot.export(), total::of(&snapshot, None))?;
    }
    let snapshot = Snapshot::take();
    write(folder, "off", snapshot.export(), total::of(&snapshot, None))
}

/// A timeline with nested, overlapping and unfinished scopes of two threads, as HTML and CSV.
fn write_timeline(folder: &Path) -> io::Result<()> {
    let pause = || thread::sleep(Duration::from_millis(4));
    let before = Scope::enter("before");
    let mut timeline = Timeline::start(Duration::from_millis(1)).with_scopes();
    let outer = Scope::enter("outer");
    pause();
    scope!("inner", drop(vec![1_u8; 3 << 20]));
    thread::scope(|threads| {
        threads.spawn(|| scope!("other <b>thread</b>", scope!("its inner", pause())));
    });
    let overlaps = Scope::enter("overlaps");
    pause();
    outer.end();
    mark("<i>marked</i>");
    pause();
    overlaps.end();
    before.end();
    let open = Scope::enter("open");
    for at in 0..30 {
        mark(&format!("close {at}"));
    }
    pause();
    timeline.stop();
    open.end();
    timeline.write_html(File::create(folder.join("timeline.html"))?)?;
    timeline.write_csv(File::create(folder.join("timeline.csv"))?)
}

fn write(folder: &Path, name: &str, export: Export<'_>, total: serde_json::Value) -> io::Result<()> {
    let made = |end: &str| File::create(folder.join(format!("{name}.{end}"))).map(BufWriter::new);
    for (kind, metric) in METRICS {
        let mut out = made(&format!("{kind}.folded"))?;
        export.metric(metric).write_folded(&mut out)?;
        out.flush()?;
    }
    let (mut pprof, mut dhat, mut html) = (made("pprof")?, made("dhat")?, made("html")?);
    export.write_pprof(&mut pprof)?;
    export.write_dhat(&mut dhat)?;
    export.write_html(&mut html)?;
    pprof.flush()?;
    html.flush()?;
    dhat.flush()?;
    fs::write(folder.join(format!("{name}.total")), serde_json::to_string_pretty(&total)?)
}
