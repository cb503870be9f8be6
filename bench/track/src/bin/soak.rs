//! A server under load for an hour, with sampled call sites and a profile for pprof each second:
//! `cargo run --release -p deep-size-track-bench --bin soak`, in `bench`.
//!
//! An argument gives another number of seconds. The seconds are simulated: each consists of 2,000 requests and a profile, without a pause.
//! Fails if the tracker's own memory exceeds 16 MB, or grows by more than a fifth in the second half.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use deep_size_track::{Recorder, Snapshot, TrackingAllocator, process, tracker_size};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const REQUESTS: usize = 2_000;

const MOST: u64 = 16_000_000;

/// Discards the profile, and reads the tracker's memory while the profile is still held.
#[derive(Default)]
struct Sink {
    profile_size: usize,
    tracker_size: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.profile_size += bytes.len();
        self.tracker_size = self.tracker_size.max(tracker_size());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> ExitCode {
    let seconds: usize =
        std::env::args().nth(1).map_or(3600, |word| word.parse().expect("a number of seconds"));
    assert!(seconds >= 10, "each tenth needs a second");
    let recording = Recorder::sampled().start();
    let start = Instant::now();
    // The largest figures of each tenth.
    let mut tenths = [0; 10];
    for second in 0..seconds {
        programs::serve(REQUESTS);
        let mut sink = Sink::default();
        Snapshot::take().export().write_pprof(&mut sink).expect("the sink accepts all bytes");
        let tenth = &mut tenths[second * 10 / seconds];
        *tenth = sink.tracker_size.max(*tenth);
        if second % (seconds / 10).max(1) == 0 {
            let Sink { profile_size, tracker_size } = sink;
            let process = process();
            println!(
                "{second} s: tracker {tracker_size} B, profile {profile_size} B, live {} B, resident {} B",
                process.live_size,
                process.resident_size.unwrap_or(0)
            );
        }
    }
    recording.stop();
    let most = tenths.into_iter().max().unwrap_or(0);
    println!("tracker's memory at most {most} B, by tenth {tenths:?}, in {:.0?}", start.elapsed());
    if most <= MOST && tenths[9] <= tenths[4] * 6 / 5 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
