//! Recordings and dumps that the environment requests, of this program run again with other variables.
#![cfg(all(unix, feature = "env"))]

use std::alloc::{GlobalAlloc as _, Layout};
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;
use std::{env, fs};

use deep_size_track::{Recorder, Snapshot, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// A second one is part of the same recording.
static OTHER: TrackingAllocator = TrackingAllocator::system();

const ROLE: &str = "TEST_ROLE";
const SIZE: usize = 1_234_567;

#[inline(never)]
fn marked_block() -> Vec<u8> {
    black_box(Vec::with_capacity(SIZE))
}

#[inline(never)]
fn leak_marked_block() {
    // SAFETY: the layout has a size.
    assert!(!black_box(unsafe { OTHER.alloc(Layout::new::<[u8; SIZE]>()) }).is_null());
}

/// Whether the trace of the marked block is in a dump, with its exact size.
fn is_marked(folded: &str) -> bool {
    folded.lines().any(|line| line.contains("marked_block") && line.ends_with(&format!(" {SIZE}")))
}

/// An empty folder for the dumps of a test.
fn folder(test: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outside-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder is writable");
    folder
}

/// Runs `play` in another process.
fn run(role: &str, mode: &str, dump: &str) -> Output {
    Command::new(env::current_exe().expect("the test's path is known"))
        .args(["--exact", "play", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env("DEEP_SIZE_TRACK", mode)
        .env("DEEP_SIZE_TRACK_DUMP", dump)
        .output()
        .expect("the program starts")
}

/// The tracker's lines on the standard error.
fn warnings(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().filter(|line| line.starts_with("deep-size-track: ")).map(str::to_owned).collect()
}

/// Runs a role that must succeed without a warning, and returns its dump.
fn dumped(role: &str, file: &str) -> Vec<u8> {
    let folder = folder(&format!("{role}-{file}").replace(' ', "-"));
    let path = folder.join(file);
    let output = run(role, "all", path.to_str().expect("the path is text"));
    assert!(output.status.success() && warnings(&output).is_empty(), "{role}: {output:?}");
    let dump = fs::read(&path).unwrap_or_else(|error| panic!("{role}: {error}: {output:?}"));
    fs::remove_dir_all(folder).expect("the folder is writable");
    dump
}

fn text(dump: Vec<u8>) -> String {
    String::from_utf8(dump).expect("the dump is text")
}

/// Threads that allocate and free without end.
fn start_threads() {
    for _ in 0..4 {
        thread::spawn(|| {
            loop {
                drop(black_box(vec![0_u8; 100]));
            }
        });
    }
}

fn dump_path() -> PathBuf {
    env::var_os("DEEP_SIZE_TRACK_DUMP").expect("it is set").into()
}

/// Waits for a dump with the marked block.
fn await_dump() {
    while !fs::read_to_string(dump_path()).is_ok_and(|dump| is_marked(&dump)) {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Forks, and runs `child` in the child, which must end with status 0.
fn fork(child: impl FnOnce()) {
    // SAFETY: the child uses only the allocator, the tracker and the end of the process, which are under test.
    unsafe {
        let process = libc::fork();
        if process == 0 {
            child();
            libc::exit(0);
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(process, &raw mut status, 0), process);
        assert_eq!(status, 0);
        println!("child {process}");
    }
}

/// Runs in the other process. Without a role, it does nothing.
#[test]
fn play() {
    let Ok(role) = env::var(ROLE) else { return };
    // If the process hangs, a signal ends it.
    // SAFETY: nothing else in this program uses the alarm clock.
    unsafe { libc::alarm(120) };
    let is_recorded = Snapshot::take().is_recorded();
    println!("recorded: {is_recorded} {:?}", Snapshot::take().sampling_interval());
    let raise = |signal| {
        // SAFETY: the signals have handlers, or end the process as intended.
        assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
    };
    let held = marked_block();
    match role.as_str() {
        "return" => return std::mem::forget(held),
        "exit" => std::process::exit(0),
        "threads" => {
            start_threads();
            std::process::exit(0);
        }
        "other thread" => drop(thread::spawn(|| std::process::exit(0)).join()),
        "panic" => panic!("on purpose"),
        "abort" => std::process::abort(),
        "other allocator" => {
            drop(held);
            leak_marked_block();
            std::process::exit(0);
        }
        "directory" => {
            env::set_current_dir("/").expect("there is a root");
            std::process::exit(0);
        }
        "own recording" => {
            let recording = Recorder::all().start();
            let _held = marked_block();
            std::mem::forget(recording);
            std::process::exit(0);
        }
        "fork" => {
            start_threads();
            fork(|| {});
            std::process::exit(0);
        }
        "fork and signal" => {
            // The child ignores the signal, and the parent does not write in its place.
            fork(|| raise(libc::SIGUSR2));
            thread::sleep(Duration::from_millis(50));
            assert!(!dump_path().exists());
            // SAFETY: no cleanup is needed.
            unsafe { libc::_exit(0) };
        }
        "signal" | "signal and threads" => {
            if role.ends_with("threads") {
                start_threads();
            }
            raise(libc::SIGUSR2);
            await_dump();
            // Dumps that overtake each other are complete.
            fs::remove_file(dump_path()).expect("the folder is writable");
            (0..100).for_each(|_| raise(libc::SIGUSR2));
            await_dump();
            // SAFETY: no cleanup is needed. No handler writes another dump.
            unsafe { libc::_exit(0) };
        }
        "signal, then exit" => {
            (0..10).for_each(|_| raise(libc::SIGUSR2));
            std::process::exit(0);
        }
        "blocked" => {
            // SAFETY: the pointers point to local variables, and zeroes are a valid set.
            unsafe {
                let mut set = std::mem::zeroed();
                libc::sigfillset(&raw mut set);
                libc::pthread_sigmask(libc::SIG_SETMASK, &raw const set, std::ptr::null_mut());
            }
            raise(libc::SIGUSR2);
            await_dump();
            // SAFETY: no cleanup is needed.
            unsafe { libc::_exit(0) };
        }
        "handler" => {
            // SAFETY: the program ignores the signal.
            unsafe { libc::signal(libc::SIGUSR2, libc::SIG_IGN) };
            raise(libc::SIGUSR2);
        }
        "counts" => {
            #[cfg(target_os = "linux")]
            println!("before main: {:?}, {:?} blocks", before_main::IS_RECORDED, before_main::BLOCKS);
        }
        _ => panic!("unknown role {role}"),
    }
    drop(held);
}

#[test]
fn a_program_is_dumped_at_its_end() {
    for role in ["return", "exit", "threads", "other thread", "directory", "other allocator"] {
        let dump = text(dumped(role, "dump.folded"));
        assert!(is_marked(&dump), "{role}: {dump}");
    }
}

#[test]
fn a_panic_is_dumped_and_an_abort_is_not() {
    let folder = folder("panic");
    let path = folder.join("dump.folded");
    let path = path.to_str().expect("the path is text");
    assert_eq!(run("abort", "all", path).status.signal(), Some(libc::SIGABRT));
    assert!(!PathBuf::from(path).exists());
    assert_eq!(run("panic", "all", path).status.code(), Some(101));
    assert!(fs::read_to_string(path).is_ok_and(|dump| dump.lines().count() > 0));
    fs::remove_dir_all(folder).expect("the folder is writable");
}

#[test]
fn the_format_follows_the_ending() {
    let table = text(dumped("exit", "dump.txt"));
    assert!(table.starts_with("process: net +"), "{table}");
    let (live, peak) = table.split_once("\nat the peak:\n").expect("there are two tables");
    assert!([live, peak].iter().all(|table| table.contains("size=1.2 MiB, count=1")), "{table}");
    assert!(!cfg!(target_os = "linux") || table.contains("\nresident: "), "{table}");
    let dhat: serde_json::Value =
        serde_json::from_slice(&dumped("exit", "dump.dhat.json")).expect("the dump is JSON");
    assert_eq!(dhat["dhatFileVersion"], 2);
    let table = text(dumped("exit", "dump.csv"));
    assert!(table.starts_with("kind,name,live_bytes,live_blocks,") && table.contains("\r\nline,"), "{table}");
    #[cfg(feature = "json")]
    {
        let saved =
            deep_size_track::Snapshot::from_json(&text(dumped("exit", "dump.json"))).expect("a snapshot");
        assert!(saved.traces().any(|trace| trace.total_amount().size >= SIZE as u64), "{saved:?}");
    }
    #[cfg(feature = "html")]
    {
        let page = text(dumped("exit", "dump.html"));
        assert!(page.starts_with("<!doctype html>") && page.contains("marked_block"));
        assert!(
            page.contains(&format!("[{SIZE},1,{SIZE},1,{SIZE},1]")),
            "a line has the figures of the block"
        );
    }
    #[cfg(feature = "pprof")]
    assert!(dumped("exit", "dump.pb.gz").starts_with(&[0x1f, 0x8b]));
}

#[test]
fn a_signal_requests_a_dump() {
    for role in ["signal", "signal and threads", "blocked"] {
        assert!(is_marked(&text(dumped(role, "dump.folded"))), "{role}");
    }
    // The last dump is complete.
    assert!(is_marked(&text(dumped("signal, then exit", "dump.folded"))));
    // The program may have another use for the signal.
    dumped("handler", "dump.folded");
}

#[test]
fn a_forked_child_writes_its_own_file_or_none() {
    let folder = folder("fork");
    let dump = |name: &str| folder.join(name).to_str().expect("the path is text").to_owned();
    let output = run("fork", "all", &dump("%p.folded"));
    assert!(output.status.success() && warnings(&output).is_empty(), "{output:?}");
    let files = || fs::read_dir(&folder).expect("the folder is readable").flatten().map(|file| file.path());
    assert_eq!(files().count(), 2, "{output:?}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let child = stdout.lines().find_map(|line| line.strip_prefix("child ")).expect("the child is printed");
    assert!(is_marked(&fs::read_to_string(dump(&format!("{child}.folded"))).expect("the child has a dump")));
    for file in files() {
        assert!(is_marked(&fs::read_to_string(&file).expect("the dump is text")));
        fs::remove_file(file).expect("the folder is writable");
    }
    // Without the process id, only the parent writes.
    let output = run("fork and signal", "all", &dump("dump.folded"));
    assert!(output.status.success() && warnings(&output).is_empty() && files().count() == 0, "{output:?}");
    fs::remove_dir_all(folder).expect("the folder is writable");
}

#[test]
fn the_mode_chooses_the_recording() {
    for (mode, expected) in [
        ("all", "recorded: true None"),
        ("sampled", "recorded: true Some(524288)"),
        ("sampled:1000", "recorded: true Some(1000)"),
        ("off", "recorded: false None"),
        ("", "recorded: false None"),
    ] {
        let output = run("counts", mode, "");
        assert!(String::from_utf8_lossy(&output.stdout).contains(expected), "{mode}: {output:?}");
        assert!(output.status.success() && warnings(&output).is_empty(), "{mode}: {output:?}");
    }
}

/// The figures before `main`.
#[cfg(target_os = "linux")]
mod before_main {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

    use deep_size_track::{Snapshot, process};

    pub(crate) static IS_RECORDED: AtomicBool = AtomicBool::new(false);
    pub(crate) static BLOCKS: AtomicU64 = AtomicU64::new(u64::MAX);

    extern "C" fn before_main() {
        BLOCKS.store(process().total.allocated_blocks, Relaxed);
        IS_RECORDED.store(Snapshot::take().is_recorded(), Relaxed);
    }

    #[used]
    #[unsafe(link_section = ".init_array")]
    static CONSTRUCTOR: extern "C" fn() = before_main;
}

#[test]
#[cfg(target_os = "linux")]
fn constructors_are_recorded_and_the_request_is_not_counted() {
    let output = run("counts", "sampled:1", "/dev/null/dump.txt");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("before main: true, 0 blocks"), "{output:?}");
}

#[test]
fn a_bad_value_is_one_clear_line_and_records_nothing() {
    let folder = folder("bad");
    let dump = |name: &str| folder.join(name).to_str().expect("the path is text").to_owned();
    let missing = folder.join("missing/dump.txt");
    for (role, mode, dump, recorded, expected) in [
        (
            "exit",
            "sampled:4k",
            dump("dump.txt"),
            false,
            "nothing is recorded: DEEP_SIZE_TRACK is \"sampled:4k\", expected ",
        ),
        ("exit", "all", dump("dump.png"), true, "nothing is dumped: DEEP_SIZE_TRACK_DUMP is "),
        (
            "exit",
            "all",
            missing.to_str().expect("the path is text").to_owned(),
            true,
            "missing/dump.txt cannot be written: ",
        ),
        ("exit", "", dump("dump.txt"), false, "dump.txt is not written: nothing is being recorded"),
    ] {
        let output = run(role, mode, &dump);
        let lines = warnings(&output);
        assert!(output.status.success() && lines.len() == 1 && lines[0].contains(expected), "{output:?}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains(&format!("recorded: {recorded} ")), "{output:?}");
        assert_eq!(fs::read_dir(&folder).expect("the folder is readable").count(), 0);
    }
    // Without a mode, a recording of the program is dumped.
    let path = dump("own.folded");
    let output = run("own recording", "", &path);
    assert!(warnings(&output).is_empty() && is_marked(&fs::read_to_string(&path).expect("it is written")));
    // With `off`, it is not.
    let output = run("own recording", "off", &dump("off.folded"));
    assert!(warnings(&output).is_empty() && !folder.join("off.folded").exists());
    fs::remove_dir_all(folder).expect("the folder is writable");
}
