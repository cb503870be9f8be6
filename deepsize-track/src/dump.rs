//! Snapshots that are written at exit and on a signal.
#![expect(unsafe_code, reason = "signals and threads of the C library have no safe interface")]

use std::ffi::{OsStr, c_int, c_void};
use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::time::Duration;
use std::{fs, mem, path, process, ptr, thread};

use crate::env::warn;
use crate::units::Bytes;
use crate::{By, Metric, Snapshot, counters};

/// The signal that requests a dump.
const SIGNAL: c_int = libc::SIGUSR2;

/// The number of rows in each table.
const ROWS: usize = 100;

type Format = fn(&Snapshot, &mut Vec<u8>) -> io::Result<()>;

struct Dump {
    /// An absolute path, in which `%p` represents the process id.
    path: String,
    format: Format,
    /// The process that read the environment.
    process: u32,
}

static DUMP: OnceLock<Dump> = OnceLock::new();
/// The thread that writes dumps on a signal.
static WRITER: AtomicUsize = AtomicUsize::new(0);

/// Requests a dump at exit and on the signal. Call it untracked, once.
pub(crate) fn prepare(path: &OsStr) {
    let of_path = |text: &str| FORMATS.iter().find(|(ending, _)| text.ends_with(ending));
    let Some(&(_, format)) = path.to_str().and_then(of_path) else {
        return warn(format_args!(
            "nothing is dumped: DEEP_SIZE_TRACK_DUMP is {path:?}, expected a name that ends with .csv, .dhat.json, .folded, .html{} \
             .json{} .pb.gz{} or .txt",
            if cfg!(feature = "html") { "," } else { " (with the feature `html`)," },
            if cfg!(feature = "json") { "," } else { " (with the feature `json`)," },
            if cfg!(feature = "pprof") { "" } else { " (with the feature `pprof`)" }
        ));
    };
    // The program may change its directory.
    let path = path::absolute(path).unwrap_or_else(|_| path.into()).to_string_lossy().into_owned();
    let _ = DUMP.set(Dump { path, format, process: process::id() });
    // SAFETY: the handler may run at any time until the program ends, and registers no handler itself.
    if unsafe { libc::atexit(at_exit) } != 0 || !listen() {
        warn(format_args!("not everything is dumped: the system is short of memory or threads"));
    }
}

/// The formats by the ending of the path.
const FORMATS: &[(&str, Format)] = &[
    (".csv", |snapshot, out| snapshot.statistics(By::Line).write_csv(out)),
    (".dhat.json", |snapshot, out| snapshot.write_dhat(out)),
    (".folded", |snapshot, out| snapshot.write_folded(out)),
    #[cfg(feature = "html")]
    (".html", |snapshot, out| snapshot.write_html(out)),
    #[cfg(feature = "json")]
    (".json", |snapshot, out| snapshot.write_json(out)),
    #[cfg(feature = "pprof")]
    (".pb.gz", |snapshot, out| snapshot.write_pprof(out)),
    (".txt", write_tables),
];

fn write_tables(snapshot: &Snapshot, out: &mut Vec<u8>) -> io::Result<()> {
    let process = snapshot.process();
    writeln!(out, "process: {}", process.total)?;
    process.resident_size.map_or(Ok(()), |size| writeln!(out, "resident: {}", Bytes(size)))?;
    let lines = snapshot.statistics(By::Line);
    writeln!(out, "\nlive:\n{}", lines.top(ROWS))?;
    writeln!(out, "\nat the peak:\n{}", lines.ranked_by(Metric::PeakSize).top(ROWS))
}

extern "C" fn at_exit() {
    dump(true);
}

/// Writes a snapshot. After the last one, no other is written, so that the end of the process interrupts none.
fn dump(is_last: bool) {
    /// The process whose thread is writing. Not a lock, because the child of a fork would wait for it forever.
    static WRITING: AtomicU32 = AtomicU32::new(0);
    let Some(Dump { path, format, process }) = DUMP.get() else { return };
    let own = process::id();
    if own != *process && !path.contains("%p") {
        return;
    }
    let take = |writing: u32| (writing != own).then_some(own);
    while WRITING.fetch_update(AcqRel, Relaxed, take).is_err() {
        thread::sleep(Duration::from_millis(1));
    }
    counters::untracked(|| {
        let path = path.replace("%p", &own.to_string());
        let snapshot = Snapshot::take();
        if !snapshot.is_recorded() {
            return warn(format_args!("{path} is not written: nothing is being recorded"));
        }
        let mut out = Vec::new();
        if let Err(error) = format(&snapshot, &mut out).and_then(|()| fs::write(&path, out)) {
            warn(format_args!("{path} cannot be written: {error}"));
        }
    });
    if !is_last {
        WRITING.store(0, Release);
    }
}

/// Starts the thread that writes on the signal. `false` if it cannot start.
///
/// Not a thread of `std`, which has not begun before `main`.
fn listen() -> bool {
    // SAFETY: all pointers point to local variables of the right type, and zeroes are valid values of them. The handler and the
    // thread's function are never freed. The thread never ends, so its id stays valid.
    unsafe {
        let (mut all, mut before) = (mem::zeroed(), mem::zeroed());
        libc::sigfillset(&raw mut all);
        // The thread inherits the mask, so that no handler of the program runs on it.
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        let mut writer = mem::zeroed();
        let error = libc::pthread_create(&raw mut writer, ptr::null(), write_on_signal, ptr::null_mut());
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        if error != 0 {
            return false;
        }
        libc::pthread_detach(writer);
        WRITER.store(writer as usize, Release);
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = on_signal as extern "C" fn(c_int) as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(SIGNAL, &raw const action, ptr::null_mut()) == 0
    }
}

/// Forwards the signal to the writing thread, which blocks and awaits it.
extern "C" fn on_signal(signal: c_int) {
    // The child of a fork has no such thread.
    if DUMP.get().is_some_and(|dump| dump.process == process::id()) {
        // SAFETY: the thread never ends. The function may be called in handlers, and leaves `errno` unchanged.
        unsafe { libc::pthread_kill(WRITER.load(Acquire) as libc::pthread_t, signal) };
    }
}

extern "C" fn write_on_signal(_: *mut c_void) -> *mut c_void {
    // SAFETY: the pointers point to local variables of the right type, and zeroes are valid values of them.
    unsafe {
        let (mut signals, mut signal) = (mem::zeroed(), 0);
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, SIGNAL);
        loop {
            if libc::sigwait(&raw const signals, &raw mut signal) == 0 {
                dump(false);
            }
        }
    }
}
