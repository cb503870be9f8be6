//! Allocations before `main`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use deep_size_track::{Measured, Recorder, measure};

use crate::alone::marked_block;

static BEFORE_MAIN: AtomicU64 = AtomicU64::new(0);

/// Allocates and records before `main` and before the runtime of the standard library starts.
extern "C" fn before_main() {
    let recording = Recorder::all().start();
    let Measured { value: block, usage } = measure(|| marked_block(1234));
    drop(block);
    recording.stop();
    BEFORE_MAIN.store(usage.allocated_size, Relaxed);
}

#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = before_main;

#[test]
fn counting_and_recording_work_before_main() {
    assert_eq!(BEFORE_MAIN.load(Relaxed), 1234);
}
