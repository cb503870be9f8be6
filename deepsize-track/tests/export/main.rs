//! Snapshots of what this program allocates, written, read back, and held against what it has allocated.
#![cfg(feature = "sites")]

#[cfg(feature = "pprof")]
mod profile;

use std::hint::black_box;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use deep_size_track::{Amount, Export, Measure, Recorder, Snapshot, TrackingAllocator, measure, own_bytes};
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Recordings are the program's, so that one test at a time makes them.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Large, so that what the harness allocates meanwhile makes no peak.
type Block = Box<[u8; 10_000]>;

#[inline(never)]
fn keeps(into: &mut Vec<Block>) {
    into.push(makes());
}

#[inline(always)]
fn makes() -> Block {
    black_box(Box::new([0; 10_000]))
}

trait Names {
    fn größe(self) -> Block;
}

impl Names for [u8; 3] {
    #[inline(never)]
    fn größe(self) -> Block {
        let make = |byte| Box::new([byte; 10_000]);
        black_box(make(self[0]))
    }
}

/// What was live at the peak of the place that has kept six blocks. It is not known to the block while other threads free theirs,
/// as the harness does.
fn at_peak(snapshot: &Snapshot) -> Amount {
    snapshot.traces().find(|trace| trace.live().bytes == 60_000).expect("it has allocated").at_peak()
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("names are UTF-8")
}

/// Ten blocks of 10,000 bytes in one place, of which four are freed.
fn six_of_ten() -> Vec<Block> {
    let mut kept = Vec::with_capacity(10);
    for _ in 0..10 {
        keeps(&mut kept);
    }
    kept.truncate(6);
    kept
}

/// A thread that has begun, for which the standard library alone has allocated; it ends when the value is dropped.
fn thread_that_waits() -> mpsc::Sender<()> {
    let (end, ended) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel();
    let run = move || {
        begin.send(()).expect("it is waited for");
        let _ = ended.recv();
    };
    std::thread::Builder::new().name("waits".into()).spawn(run).expect("a thread starts");
    begun.recv().expect("it begins");
    end
}

#[test]
fn folded_stacks_lead_to_the_function_that_allocates() {
    let _alone = alone();
    let _recording = Recorder::all().depth(128).start();
    let kept = six_of_ten();
    let other = thread_that_waits();
    let snapshot = Snapshot::take();
    for (measure, number) in [
        (Measure::LiveBytes, 60_000),
        (Measure::LiveBlocks, 6),
        (Measure::TotalBytes, 100_000),
        (Measure::TotalBlocks, 10),
        (Measure::PeakBytes, at_peak(&snapshot).bytes),
        (Measure::PeakBlocks, at_peak(&snapshot).blocks),
    ] {
        let folded = text(|out| snapshot.export().measure(measure).write_folded(out));
        let end = format!(";export::six_of_ten;export::keeps;export::makes {number}");
        assert!(folded.lines().any(|line| line.ends_with(&end)), "{measure:?}: {folded}");
        // A stack of which all is hidden, as that of a thread that begins, is shown as a whole.
        let mut ours = folded.lines().filter(|line| line.contains("export::"));
        assert!(ours.all(|line| !line.contains(";alloc::") && !line.contains(";<alloc::")), "{folded}");
    }
    let full = text(|out| snapshot.export().with_hidden_frames().write_folded(out));
    let line = full.lines().find(|line| line.contains(";export::makes;")).expect("it has allocated");
    assert!(line.contains("alloc::") && line.ends_with(" 60000") && !line.starts_with("0x0;"), "{line}");
    drop((kept, other));
}

#[test]
fn dhat_reports_the_lifetimes_of_a_site() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let mut kept = six_of_ten();
    std::thread::sleep(std::time::Duration::from_millis(5));
    let snapshot = Snapshot::take();
    let peak = at_peak(&snapshot);
    let json: Value = serde_json::from_str(&text(|out| snapshot.write_dhat(out))).unwrap();
    let points: Vec<&Value> = json["pps"].as_array().unwrap().iter().collect();
    let names = |point: &Value| -> Vec<&str> {
        let stack = point["fs"].as_array().unwrap().iter();
        stack.map(|at| json["ftbl"][at.as_u64().unwrap() as usize].as_str().unwrap()).collect()
    };
    let point = points.iter().find(|point| names(point)[0].contains(": export::makes (")).unwrap();
    let names = names(point);
    assert!(names[0].ends_with("main.rs:33)") && names[1].ends_with("main.rs:28)"), "{names:?}");
    assert!(
        names[1].contains(": export::keeps (") && names[2].contains(": export::six_of_ten ("),
        "{names:?}"
    );
    let figures =
        ["tb", "tbk", "mb", "mbk", "gb", "gbk", "eb", "ebk"].map(|field| point[field].as_u64().unwrap());
    assert_eq!(figures, [100_000, 10, 100_000, 10, peak.bytes, peak.blocks, 60_000, 6]);
    let [peak, end] = ["tg", "te"].map(|field| json[field].as_u64().unwrap());
    assert!((6 * 5000..=10 * end).contains(&point["tl"].as_u64().unwrap()), "{point}");
    assert_eq!((peak, end), (snapshot.peak_micros(), snapshot.micros()));
    kept.clear();
}

#[cfg(feature = "pprof")]
#[test]
fn pprof_has_lines_inlined_functions_and_the_program() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    let peak = at_peak(&snapshot);
    let mut packed = Vec::new();
    snapshot.write_pprof(&mut packed).unwrap();
    let profile = profile::Profile::read(&packed);
    let [sample] = profile
        .samples
        .iter()
        .filter(|sample| sample.stack[0].lines[0].0 == "export::makes")
        .collect::<Vec<_>>()[..]
    else {
        panic!("{profile:?}")
    };
    assert_eq!(sample.values, [10, 100_000, 6, 60_000, peak.blocks, peak.bytes]);
    let shown: Vec<_> = sample.stack[0].lines.iter().map(|(name, _, line)| (name.as_str(), *line)).collect();
    assert_eq!(shown, [("export::makes", 33), ("export::keeps", 28)]);
    assert!(sample.stack[0].lines.iter().all(|(_, file, _)| file.ends_with("tests/export/main.rs")));
    for location in &sample.stack {
        let mapping = &profile.mappings[&location.mapping];
        assert!((mapping.range.0..mapping.range.1).contains(&location.address), "{mapping:?}");
        assert!(mapping.is_known);
    }
    let program = &profile.mappings[&1];
    assert_eq!(program.file, std::env::current_exe().unwrap().to_str().unwrap());
    assert!(program.build_id.bytes().all(|digit| digit.is_ascii_hexdigit()));
    drop(kept);
}

#[test]
fn names_that_are_hard_to_write_are_written() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = black_box([1, 2, 3]).größe();
    let snapshot = Snapshot::take();
    let folded = text(|out| snapshot.write_folded(out));
    let name = "<[u8; 3] as export::Names>::größe";
    assert!(folded.contains(&name.replace(';', ",")), "{folded}");
    let dhat = text(|out| snapshot.write_dhat(out));
    assert!(dhat.contains(name), "{dhat}");
    #[cfg(feature = "pprof")]
    {
        let mut packed = Vec::new();
        snapshot.write_pprof(&mut packed).unwrap();
        let profile = profile::Profile::read(&packed);
        let mut lines = profile.samples.iter().flat_map(|sample| &sample.stack).flat_map(|at| &at.lines);
        assert!(lines.any(|(found, ..)| found == name));
    }
    drop(kept);
}

/// All ways to write a snapshot.
type Write = fn(Export<'_>, &mut dyn io::Write) -> io::Result<()>;
const WRITES: &[Write] = &[
    |export, out| export.write_folded(out),
    |export, out| export.write_dhat(out),
    #[cfg(feature = "pprof")]
    |export, out| export.write_pprof(out),
];

#[test]
fn totals_are_those_of_the_snapshot_at_any_depth_and_of_a_sample() {
    let _alone = alone();
    for recorder in [1, 2, 8, 128].map(|depth| Recorder::all().depth(depth)).into_iter().chain([
        Recorder::sampled_by(100),
        Recorder::sampled_by(5000).depth(1),
        Recorder::sampled(),
    ]) {
        let recording = recorder.start();
        let mut kept: Vec<_> = (0..50).map(|_| six_of_ten()).collect();
        kept.truncate(30);
        let snapshot = Snapshot::take();
        let total = |measure: Measure| snapshot.traces().map(|trace| measure.of(trace)).sum::<u64>();
        for export in [snapshot.export(), snapshot.export().with_hidden_frames()] {
            let lines = text(|out| export.write_folded(out));
            let shown = |line: &str| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap();
            assert_eq!(lines.lines().map(shown).sum::<u64>(), total(Measure::LiveBytes));
            let json: Value = serde_json::from_str(&text(|out| export.write_dhat(out))).unwrap();
            let points = json["pps"].as_array().unwrap();
            let shown = |field: &str| points.iter().map(|point| point[field].as_u64().unwrap()).sum::<u64>();
            assert_eq!((shown("eb"), shown("ebk")), (total(Measure::LiveBytes), total(Measure::LiveBlocks)));
            assert_eq!(
                (shown("tb"), shown("tbk")),
                (total(Measure::TotalBytes), total(Measure::TotalBlocks))
            );
            assert_eq!((shown("gb"), shown("gbk")), (total(Measure::PeakBytes), total(Measure::PeakBlocks)));
            assert!(points.iter().all(|point| point["mb"].as_u64() >= point["eb"].as_u64()));
            #[cfg(feature = "pprof")]
            {
                let mut packed = Vec::new();
                export.write_pprof(&mut packed).unwrap();
                let profile = profile::Profile::read(&packed);
                let shown = |at: usize| profile.samples.iter().map(|sample| sample.values[at]).sum::<u64>();
                assert_eq!((shown(1), shown(3)), (total(Measure::TotalBytes), total(Measure::LiveBytes)));
                assert_eq!(profile.period.2, snapshot.sampled_by().unwrap_or(1));
            }
        }
        drop(kept);
        recording.stop();
    }
    let snapshot = Snapshot::take();
    assert!(!snapshot.is_recorded());
    assert_eq!(text(|out| snapshot.write_folded(out)), "");
}

#[test]
fn writing_is_the_trackers_own_and_what_is_written_the_programs() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    // Else the records of other threads were in what is the tracker's own.
    recording.stop();
    for write in WRITES {
        // Looks up the names, which are kept.
        write(snapshot.export().with_hidden_frames(), &mut io::sink()).unwrap();
        let before = own_bytes();
        let (_, usage) = measure(|| write(snapshot.export().with_hidden_frames(), &mut io::sink()));
        assert_eq!((usage.allocated, usage.freed), (0, 0));
        assert_eq!(own_bytes(), before);
        let (out, usage) = measure(|| {
            let mut out = Vec::new();
            write(snapshot.export(), &mut out).unwrap();
            out
        });
        assert_eq!((usage.net(), usage.net_blocks()), (out.capacity() as i64, 1));
        assert!(!out.is_empty());
    }
    drop(kept);
}

#[test]
fn errors_of_the_writer_are_passed_on() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    for write in WRITES {
        assert_eq!(write(snapshot.export(), &mut Full).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
    drop(kept);
}
