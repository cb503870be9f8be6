//! Allocations at the end of the program.

use std::cell::RefCell;
use std::process::Command;

use deep_size_track::{Recorder, Recording, Snapshot};

use crate::alone::{alone, live_of, marked_block};

const ROLE: &str = "DEEP_SIZE_TRACK_EXIT";

thread_local! {
    static HELD: RefCell<Option<(Vec<u8>, Recording)>> = const { RefCell::new(None) };
}

/// Runs this test in another process, and asserts that it succeeds.
fn ends_well(test: &str, role: &str) {
    let program = std::env::current_exe().expect("the test's path is known");
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{role}: {output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("about to end"), "{role}: {output:?}");
}

extern "C" fn at_exit() {
    let block = marked_block(77);
    let _ = Snapshot::take();
    drop(block);
}

#[test]
fn a_program_may_end_while_it_records() {
    match std::env::var(ROLE).as_deref() {
        Err(_) => {
            let _alone = alone();
            for role in ["exit", "return", "other thread"] {
                ends_well("exit::a_program_may_end_while_it_records", role);
            }
        }
        Ok(role) => {
            let recording = Recorder::all().start();
            let held = marked_block(1000);
            assert!(live_of(&Snapshot::take(), "marked_block").0 >= 1000);
            HELD.set(Some((held, recording)));
            // Threads that never end.
            for _ in 0..4 {
                std::thread::spawn(|| {
                    loop {
                        drop(marked_block(100));
                    }
                });
            }
            println!("about to end");
            // SAFETY: the function may run at any time, and registers no handler itself.
            unsafe { libc::atexit(at_exit) };
            match role {
                "exit" => std::process::exit(0),
                "other thread" => drop(std::thread::spawn(|| std::process::exit(0)).join()),
                _ => {}
            }
        }
    }
}
