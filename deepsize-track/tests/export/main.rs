//! Snapshots of this program, written in each format and read back.
#![cfg(feature = "sites")]

#[path = "../shared/mod.rs"]
mod shared;

#[cfg(feature = "pprof")]
mod profile;

use std::hint::black_box;
use std::io;
use std::sync::mpsc;

use deep_size_track::{
    Amount, Export, Measured, Metric, Recorder, Snapshot, TrackingAllocator, measure, tracker_size,
};
use serde_json::Value;

use shared::alone;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Large enough that the harness makes no peak.
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

/// The peak amount of the trace with six live blocks. The harness may free blocks at the peak, so it varies.
fn peak_amount(snapshot: &Snapshot) -> Amount {
    let trace = snapshot.traces().find(|trace| trace.live_amount().size == 60_000);
    trace.expect("the trace is recorded").peak_amount()
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("writing to a vector does not fail");
    String::from_utf8(out).expect("names are UTF-8")
}

/// Allocates ten blocks of 10,000 bytes at one call site, and frees four.
fn six_of_ten() -> Vec<Block> {
    let mut kept = Vec::with_capacity(10);
    for _ in 0..10 {
        keeps(&mut kept);
    }
    kept.truncate(6);
    kept
}

/// A running thread, whose blocks only the standard library has allocated. It ends when the value is dropped.
fn waiting_thread() -> mpsc::Sender<()> {
    let (end, ended) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel();
    let run = move || {
        begin.send(()).expect("the receiver waits");
        let _ = ended.recv();
    };
    std::thread::Builder::new().name("waits".into()).spawn(run).expect("the thread starts");
    begun.recv().expect("the thread runs");
    end
}

#[test]
fn folded_stacks_lead_to_the_function_that_allocates() {
    let _alone = alone();
    let _recording = Recorder::all().max_depth(128).start();
    let kept = six_of_ten();
    let other = waiting_thread();
    let snapshot = Snapshot::take();
    for (metric, number) in [
        (Metric::LiveSize, 60_000),
        (Metric::LiveBlocks, 6),
        (Metric::TotalSize, 100_000),
        (Metric::TotalBlocks, 10),
        (Metric::PeakSize, peak_amount(&snapshot).size),
        (Metric::PeakBlocks, peak_amount(&snapshot).blocks),
    ] {
        let folded = text(|out| snapshot.export().metric(metric).write_folded(out));
        let end = format!(";export::six_of_ten;export::keeps;export::makes {number}");
        assert!(folded.lines().any(|line| line.ends_with(&end)), "{metric:?}: {folded}");
        // Stacks with only hidden functions, such as starts of threads, show the standard library.
        let mut ours = folded.lines().filter(|line| line.contains("export::"));
        assert!(ours.all(|line| !line.contains(";alloc::") && !line.contains(";<alloc::")), "{folded}");
    }
    let full = text(|out| snapshot.export().with_hidden_frames().write_folded(out));
    let line = full.lines().find(|line| line.contains(";export::makes;")).expect("the trace is recorded");
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
    let peak = peak_amount(&snapshot);
    let json: Value = serde_json::from_str(&text(|out| snapshot.write_dhat(out))).unwrap();
    let points: Vec<&Value> = json["pps"].as_array().unwrap().iter().collect();
    let names = |point: &Value| -> Vec<&str> {
        let stack = point["fs"].as_array().unwrap().iter();
        stack.map(|at| json["ftbl"][at.as_u64().unwrap() as usize].as_str().unwrap()).collect()
    };
    let point = points.iter().find(|point| names(point)[0].contains(": export::makes (")).unwrap();
    let names = names(point);
    assert!(names[0].ends_with("main.rs:34)") && names[1].ends_with("main.rs:29)"), "{names:?}");
    assert!(
        names[1].contains(": export::keeps (") && names[2].contains(": export::six_of_ten ("),
        "{names:?}"
    );
    let figures =
        ["tb", "tbk", "mb", "mbk", "gb", "gbk", "eb", "ebk"].map(|field| point[field].as_u64().unwrap());
    assert_eq!(figures, [100_000, 10, 100_000, 10, peak.size, peak.blocks, 60_000, 6]);
    let [peak, end] = ["tg", "te"].map(|field| json[field].as_u64().unwrap());
    assert!((6 * 5000..=10 * end).contains(&point["tl"].as_u64().unwrap()), "{point}");
    assert_eq!(
        [peak, end],
        [snapshot.peak_elapsed(), snapshot.elapsed()].map(|time| time.as_micros() as u64)
    );
    kept.clear();
}

/// Several paths in the standard library lead from one line of this function to the allocator.
#[inline(never)]
#[rustfmt::skip]
fn grows(length: usize) -> Vec<u8> {
    let mut list = Vec::with_capacity(1);
    { list.resize(length, 7_u8); list.shrink_to_fit(); list.extend(vec![1; 9_000]); }
    black_box(list)
}

#[test]
fn dhat_hides_the_trackers_own_functions() {
    let _alone = alone();
    let _recording = Recorder::all().max_depth(128).start();
    let kept =
        (six_of_ten(), grows(20_000), (0..3_000).filter(|number| number % 3 > 0).collect::<Vec<u64>>());
    let snapshot = Snapshot::take();
    let json: Value = serde_json::from_str(&text(|out| snapshot.write_dhat(out))).unwrap();
    let table: Vec<&str> =
        json["ftbl"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for point in json["pps"].as_array().unwrap() {
        let stack: Vec<&str> =
            point["fs"].as_array().unwrap().iter().map(|at| table[at.as_u64().unwrap() as usize]).collect();
        let is_tracker = |name: &&str| name.contains("deep_size_track") || name.contains("__rust_alloc");
        assert!(!stack.iter().any(is_tracker), "{stack:#?}");
    }
    drop(kept);
}

#[cfg(feature = "pprof")]
#[test]
fn pprof_without_names_has_addresses_and_modules() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    recording.stop();
    let before = tracker_size();
    let mut packed = Vec::new();
    snapshot.export().without_names().write_pprof(&mut packed).unwrap();
    assert_eq!(tracker_size(), before, "no name is kept");
    let profile = profile::Profile::read(&packed);
    let sample = profile.samples.iter().find(|sample| sample.values[3] == 60_000).unwrap();
    let trace = snapshot.traces().find(|trace| trace.live_amount().size == 60_000).unwrap();
    let calls = trace.addresses().iter().map(|address| *address as u64 - 1);
    let written = sample.stack.iter().map(|location| location.address).filter(|address| *address > 0);
    assert!(calls.eq(written), "{sample:?}");
    let outermost = sample.stack.last().unwrap();
    assert_eq!(outermost.lines.first().is_some_and(|line| line.0 == "[truncated]"), trace.is_truncated());
    for location in sample.stack.iter().filter(|location| location.address > 0) {
        assert!(location.lines.is_empty());
        let mapping = &profile.mappings[&location.mapping];
        assert!((mapping.range.0..mapping.range.1).contains(&location.address) && !mapping.is_known);
    }
    drop(kept);
}

#[cfg(feature = "pprof")]
#[test]
fn pprof_has_lines_inlined_functions_and_the_programs_mapping() {
    let _alone = alone();
    // All frames, also where the standard library is not optimised.
    let _recording = Recorder::all().max_depth(64).start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    let peak = peak_amount(&snapshot);
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
    assert_eq!(sample.values, [10, 100_000, 6, 60_000, peak.blocks, peak.size]);
    let shown: Vec<_> = sample.stack[0].lines.iter().map(|(name, _, line)| (name.as_str(), *line)).collect();
    assert_eq!(shown, [("export::makes", 34), ("export::keeps", 29)]);
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
fn unusual_names_are_written() {
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

/// The formats.
type Write = fn(Export<'_>, &mut dyn io::Write) -> io::Result<()>;
const WRITES: &[Write] = &[
    |export, out| export.write_folded(out),
    |export, out| export.write_dhat(out),
    #[cfg(feature = "html")]
    |export, out| export.write_html(out),
    #[cfg(feature = "pprof")]
    |export, out| export.write_pprof(out),
];

#[test]
fn sums_equal_those_of_the_snapshot_at_any_depth_and_for_samples() {
    let _alone = alone();
    for recorder in [1, 2, 8, 128].map(|depth| Recorder::all().max_depth(depth)).into_iter().chain([
        Recorder::sampled_every(100),
        Recorder::sampled_every(5000).max_depth(1),
        Recorder::sampled(),
    ]) {
        let recording = recorder.start();
        let mut kept: Vec<_> = (0..50).map(|_| six_of_ten()).collect();
        kept.truncate(30);
        let snapshot = Snapshot::take();
        let total = |metric: Metric| snapshot.traces().map(|trace| metric.of(trace)).sum::<u64>();
        for export in [snapshot.export(), snapshot.export().with_hidden_frames()] {
            let lines = text(|out| export.write_folded(out));
            let shown = |line: &str| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap();
            assert_eq!(lines.lines().map(shown).sum::<u64>(), total(Metric::LiveSize));
            let json: Value = serde_json::from_str(&text(|out| export.write_dhat(out))).unwrap();
            let points = json["pps"].as_array().unwrap();
            let shown = |field: &str| points.iter().map(|point| point[field].as_u64().unwrap()).sum::<u64>();
            assert_eq!((shown("eb"), shown("ebk")), (total(Metric::LiveSize), total(Metric::LiveBlocks)));
            assert_eq!((shown("tb"), shown("tbk")), (total(Metric::TotalSize), total(Metric::TotalBlocks)));
            assert_eq!((shown("gb"), shown("gbk")), (total(Metric::PeakSize), total(Metric::PeakBlocks)));
            assert!(points.iter().all(|point| point["mb"].as_u64() >= point["eb"].as_u64()));
            #[cfg(feature = "pprof")]
            {
                let mut packed = Vec::new();
                export.write_pprof(&mut packed).unwrap();
                let profile = profile::Profile::read(&packed);
                let shown = |at: usize| profile.samples.iter().map(|sample| sample.values[at]).sum::<u64>();
                assert_eq!((shown(1), shown(3)), (total(Metric::TotalSize), total(Metric::LiveSize)));
                assert_eq!(profile.period.2, snapshot.sampling_interval().unwrap_or(1));
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
fn building_the_output_is_untracked_and_the_writer_is_the_programs() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let kept = six_of_ten();
    let snapshot = Snapshot::take();
    // Otherwise records of other threads would change the tracker's own size.
    recording.stop();
    for write in WRITES {
        // Looks up the names, which are cached forever.
        write(snapshot.export().with_hidden_frames(), &mut io::sink()).unwrap();
        let before = tracker_size();
        let Measured { usage, .. } =
            measure(|| write(snapshot.export().with_hidden_frames(), &mut io::sink()));
        assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
        assert_eq!(tracker_size(), before);
        let Measured { value: out, usage } = measure(|| {
            let mut out = Vec::new();
            write(snapshot.export(), &mut out).unwrap();
            out
        });
        assert_eq!((usage.net_size(), usage.net_blocks()), (out.capacity() as i64, 1));
        assert!(!out.is_empty());
    }
    drop(kept);
}

#[test]
fn errors_of_the_writer_are_returned() {
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
