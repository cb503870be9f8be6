//! Fuzzes sequences of calls of the tracker, and compares its counts with a model of the live blocks.
#![no_main]

use std::time::Duration;

use arbitrary::Unstructured;
use deep_size_fuzz::{assert_visible, below};
use deep_size_track::{
    AuditRegion, By, Filter, Metric, Profile, Recorder, Recording, Region, Scope, Snapshot, Timeline,
    TrackingAllocator, mark, process, thread,
};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const NAMES: [&str; 4] = ["one", "two", "\u{1b}[2J\nforged", "=1+1"];
const GROUPS: [By; 5] = [By::Line, By::Function, By::File, By::Crate, By::Trace];
const METRICS: [Metric; 3] = [Metric::LiveSize, Metric::TotalBlocks, Metric::PeakSize];

/// The live blocks of this thread, except the memory of the model itself.
struct Model {
    blocks: Vec<Vec<u8>>,
    regions: Vec<(Region, i64)>,
    scopes: Vec<Scope>,
    recording: Option<Recording>,
    earlier: Option<Snapshot>,
    /// The bytes that this thread allocated and another thread freed.
    moved: i64,
}

const MOST: usize = 64;

impl Model {
    fn size(&self) -> i64 {
        self.moved + self.blocks.iter().map(|block| block.capacity() as i64).sum::<i64>()
    }

    fn step(&mut self, source: &mut Unstructured<'_>) -> usize {
        let step = below(source, 16);
        match step {
            0..=3 if self.blocks.len() < MOST => {
                let size = below(source, 5000 >> [0, 4, 8][self.blocks.len() % 3]);
                self.blocks.push(vec![1; size]);
            }
            4 | 5 if !self.blocks.is_empty() => {
                let at = below(source, self.blocks.len());
                drop(self.blocks.swap_remove(at));
            }
            6 if !self.blocks.is_empty() => {
                let at = below(source, self.blocks.len());
                self.blocks[at].resize(below(source, 5000), 2);
                self.blocks[at].shrink_to_fit();
            }
            7 if self.regions.len() < MOST => {
                let size = self.size();
                self.regions.push((Region::begin(), size));
            }
            8 => {
                if let Some((region, before)) = self.regions.pop() {
                    let usage = region.usage();
                    assert_eq!(usage.net_size(), self.size() - before);
                    assert!(usage.peak_size >= usage.net_size().max(0).unsigned_abs());
                    drop(region);
                }
            }
            9 if self.scopes.len() < MOST => {
                self.scopes.push(Scope::enter(NAMES[below(source, NAMES.len())]))
            }
            // Scopes may end in any order.
            10 if !self.scopes.is_empty() => {
                let at = below(source, self.scopes.len());
                self.scopes.swap_remove(at).end();
            }
            11 => {
                self.recording = match below(source, 4) {
                    0 => None,
                    1 => Some(Recorder::sampled_every(1 + below(source, 1000) as u64).start()),
                    2 => Some(Recorder::all().max_depth(below(source, 4) as u32).start()),
                    _ => Some(Recorder::all().start()),
                };
            }
            12 => self.look(source),
            13 => {
                let profile = Profile::take();
                let text = format!("{profile}{profile:#}");
                assert_visible(&text);
                assert!(!text.lines().any(|line| line.trim_start().starts_with("forged")));
            }
            14 if below(source, 8) == 0 => {
                let before = thread().net_size();
                let mut timeline = Timeline::start(Duration::from_millis(1)).with_scopes();
                mark(NAMES[below(source, NAMES.len())]);
                let scope = Scope::enter(NAMES[below(source, NAMES.len())]);
                timeline.mark("here");
                scope.end();
                timeline.stop();
                let mut out = Vec::new();
                timeline.write_csv(&mut out).expect("writes to a vector succeed");
                timeline.write_html(&mut out).expect("writes to a vector succeed");
                let text = std::str::from_utf8(&out).expect("formats are UTF-8");
                // Lines of CSV end with both characters.
                assert_visible(&text.replace("\r\n", "\n"));
                drop((timeline, out));
                // The timeline's thread frees memory that this thread allocated to start it.
                self.moved += thread().net_size() - before;
            }
            15 if self.recording.is_none() => {
                let region = AuditRegion::begin();
                let value = vec![String::with_capacity(below(source, 9)); below(source, 9)];
                let audit = region.audit(&value);
                assert!(audit.is_proven(), "{audit}");
                assert_visible(&format!("{audit:#}"));
                let wrong = region.audit(&(value, self.blocks.len()));
                assert!(wrong.is_proven(), "{wrong}");
            }
            _ => {}
        }
        step
    }

    fn look(&mut self, source: &mut Unstructured<'_>) {
        let snapshot = Snapshot::take();
        assert!(process().live_size >= (self.size() - self.moved).unsigned_abs());
        let by = GROUPS[below(source, GROUPS.len())];
        let statistics = snapshot
            .statistics(by)
            .ranked_by([Metric::LiveSize, Metric::TotalSize, Metric::PeakSize][below(source, 3)]);
        let sum: u64 = statistics.rows().map(|row| row.size()).fold(0, u64::saturating_add);
        assert_eq!(sum, statistics.sum().size);
        assert_visible(&format!("{statistics}\n{:#}", statistics.top(3)));
        let filters = [Filter::without_functions("*fuzz*"), Filter::only_files("*.rs")];
        let filtered = snapshot.filter_traces(&filters[..below(source, 3)]);
        assert!(filtered.live_amount().size <= snapshot.live_amount().size);
        if let Some(earlier) = &self.earlier {
            assert_visible(&snapshot.compare_to(earlier, by).to_string());
        }
        for trace in snapshot.traces().take(3) {
            assert_visible(&format!("{trace:#}"));
        }
        let export = snapshot.export().metric(METRICS[below(source, 3)]);
        let export = if below(source, 2) == 0 { export.with_hidden_frames() } else { export };
        let mut out = Vec::new();
        export.write_folded(&mut out).expect("writes to a vector succeed");
        export.write_dhat(&mut out).expect("writes to a vector succeed");
        assert_visible(std::str::from_utf8(&out).expect("formats are UTF-8"));
        export.write_pprof(std::io::sink()).expect("writes to a sink succeed");
        self.earlier = Some(snapshot);
    }
}

fuzz_target!(|data: &[u8]| {
    let mut source = Unstructured::new(data);
    let mut model = Model {
        blocks: Vec::with_capacity(MOST),
        regions: Vec::with_capacity(MOST),
        scopes: Vec::with_capacity(MOST),
        recording: None,
        earlier: None,
        moved: 0,
    };
    let before = thread().net_size();
    while !source.is_empty() {
        let step = model.step(&mut source);
        assert_eq!(thread().net_size() - before, model.size(), "after step {step}");
    }
    model.scopes.clear();
    model.regions.clear();
    model.blocks.clear();
    model.recording = None;
    assert_eq!(thread().net_size() - before, model.moved);
});
